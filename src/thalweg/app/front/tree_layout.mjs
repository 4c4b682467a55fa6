// The lines of the tree on the horizontal axis, with collapsed superbasins squeezed to a slot.

export class TreeLayout {
  constructor(landscape) {
    const {place_x: places, segment_x: x, segment_loss: loss, segment_start: start, segment_stop: stop} = landscape.arrays;
    Object.assign(this, {landscape, places});
    this.n = start.length;
    // Between neighbours runs the edge of what belongs to each; a half beside the first and the last.
    this.edges = Float64Array.from({length: places.length + 1}, (_, k) =>
      k === 0 ? places[0] - 0.5 : k === places.length ? places[k - 1] + 0.5 : (places[k - 1] + places[k]) / 2);
    // From left to right, so that lines under one pixel follow one another and can be drawn as one.
    const index = Uint32Array.from(start.keys()).sort((a, b) => start[a] - start[b] || stop[b] - stop[a]);
    this.start = Int32Array.from(index, k => start[k]);
    this.stop = Int32Array.from(index, k => stop[k]);
    this.y1 = Float64Array.from(index, k => loss[2 * k]);
    this.y2 = Float64Array.from(index, k => loss[2 * k + 1]);
    this.fromX1 = Float64Array.from(index, k => x[2 * k]);
    this.fromX2 = Float64Array.from(index, k => x[2 * k + 1]);
    // Each line ends above the lowest minimum of its branch.
    this.lowest = Int32Array.from(this.fromX2, at => this.placeAt(at));
    this.isJoint = Uint8Array.from(this.fromX1, (at, k) => at !== this.fromX2[k]);
    this.collapse([]);
  }

  /** ranges: [[start, stop] …] of places; those inside others do not show. */
  collapse(ranges) {
    const outer = ranges.filter(([a, b]) => !ranges.some(([c, d]) => c <= a && b <= d && d - c > b - a));
    this.collapsed = outer.sort((p, q) => p[0] - q[0]).map(([start, stop]) => {
      const from = this.edges[start], span = this.edges[stop] - from;
      return {start, stop, from, span, width: Math.min(1.5 + Math.log10(stop - start), span),
        lowest: this.lowestOf(start, stop), apex: this.#apex(start, stop)};
    });
    this.x1 = this.fromX1.map(x => this.at(x));
    this.x2 = this.fromX2.map(x => this.at(x));
    this.isHidden = new Uint8Array(this.n);
    for (const {start, stop} of this.collapsed) {
      for (let k = 0; k < this.n; k++) {
        const isInside = this.start[k] >= start && this.stop[k] <= stop;
        if (isInside && this.stop[k] - this.start[k] < stop - start) this.isHidden[k] = 1;
      }
    }
    this.right = this.edge(this.landscape.n);
  }

  /** Where a position stands once the collapsed ranges are squeezed. */
  at(x) {
    let shift = 0;
    for (const {from, span, width} of this.collapsed) {
      if (x <= from) break;
      if (x < from + span) return from + (x - from) * width / span - shift;
      shift += span - width;
    }
    return x - shift;
  }

  /** The position that stands at u; the inverse of `at`. */
  from(u) {
    let shift = 0;
    for (const {from, span, width} of this.collapsed) {
      const inside = u + shift - from;
      if (inside <= 0) break;
      if (inside < width) return from + inside * span / width;
      shift += span - width;
    }
    return u + shift;
  }

  /** Where the minimum at a place stands. */
  leaf(place) { return this.at(this.places[place]); }

  /** Where what belongs to a place begins, and what belongs to the one before it ends. */
  edge(place) { return this.at(this.edges[place]); }

  /** The place to which a position belongs. */
  placeAt(x) {
    let low = 0, high = this.places.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.edges[middle] <= x) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The place of the lowest minimum of a range. */
  lowestOf(start, stop) {
    const losses = this.landscape.arrays.drawn_loss;
    let lowest = start;
    for (let place = start + 1; place < stop; place++) if (losses[place] < losses[lowest]) lowest = place;
    return lowest;
  }

  holderOf(place) {
    return this.collapsed.find(({start, stop}) => start <= place && place < stop) ?? null;
  }

  #apex(start, stop) {
    let apex = -Infinity;
    for (let place = start; place < stop - 1; place++) apex = Math.max(apex, this.landscape.barriers[place]);
    return apex;
  }
}
