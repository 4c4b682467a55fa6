// The lines of the tree on the horizontal axis, with collapsed superbasins squeezed to a slot.

export class TreeLayout {
  constructor(landscape) {
    const {segment_x: x, segment_loss: loss, segment_start: start, segment_stop: stop} = landscape.arrays;
    this.landscape = landscape;
    this.n = start.length;
    // From left to right, so that lines under one pixel follow one another and can be drawn as one.
    const index = Uint32Array.from(start.keys()).sort((a, b) => start[a] - start[b] || stop[b] - stop[a]);
    this.start = Int32Array.from(index, k => start[k]);
    this.stop = Int32Array.from(index, k => stop[k]);
    this.y1 = Float64Array.from(index, k => loss[2 * k]);
    this.y2 = Float64Array.from(index, k => loss[2 * k + 1]);
    this.fromX1 = Float64Array.from(index, k => x[2 * k]);
    this.fromX2 = Float64Array.from(index, k => x[2 * k + 1]);
    this.collapse([]);
  }

  /** ranges: [[start, stop] …] of places; those inside others do not show. */
  collapse(ranges) {
    const outer = ranges.filter(([a, b]) => !ranges.some(([c, d]) => c <= a && b <= d && d - c > b - a));
    this.collapsed = outer.sort((p, q) => p[0] - q[0]).map(([start, stop]) => {
      const width = 1.5 + Math.log10(stop - start);
      return {start, stop, width: Math.min(width, stop - start), apex: this.#apex(start, stop)};
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
    this.right = this.at(this.landscape.n - 0.5);
  }

  /** Where a position stands once the collapsed ranges are squeezed. */
  at(x) {
    let shift = 0;
    for (const {start, stop, width} of this.collapsed) {
      if (x <= start - 0.5) break;
      if (x < stop - 0.5) return start - 0.5 + (x - start + 0.5) * width / (stop - start) - shift;
      shift += stop - start - width;
    }
    return x - shift;
  }

  /** The position that stands at u; the inverse of `at`. */
  from(u) {
    let shift = 0;
    for (const {start, stop, width} of this.collapsed) {
      if (u + shift <= start - 0.5) break;
      const inside = u + shift - (start - 0.5);
      if (inside < width) return start - 0.5 + inside * (stop - start) / width;
      shift += stop - start - width;
    }
    return u + shift;
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
