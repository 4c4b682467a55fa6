// How the values of one column are distributed; the selected minima on top. A drag chooses a range.
import {axes, clipTo} from "./axes.mjs";
import {Frame} from "./gesture.mjs";
import {extent, short} from "./numbers.mjs";
import {formatOf, scaled} from "./scatter_view.mjs";
import {Surface} from "./surface.mjs";
import {selectionBox} from "./tree_drawing.mjs";

export class HistogramView {
  constructor(state, theme, say) {
    Object.assign(this, {state, theme, say, name: "histogram", column: 0});
    this.surface = new Surface("Histogram of one column. A drag chooses a range.", this);
    this.frame = new Frame(this.surface.canvas, {left: 52, right: 12, top: 26, bottom: 40}, {
      changed: () => this.surface.request(),
      box: (...box) => this.#choose(box),
      wantsBox: () => true,
    });
    this.surface.canvas.addEventListener("pointermove", event => this.#pointed(event));
    this.surface.canvas.addEventListener("pointerleave", () => say("", null));
    this.replaced();
  }

  show(column) {
    this.column = column;
    this.frame.reset();
    this.replaced();
    this.surface.request();
  }

  replaced() {
    const column = this.state.landscape.columns[this.column];
    this.shownName = column.name;
    this.values = scaled(column);
    const isGroup = Boolean(column.groups);
    const [low, high] = isGroup ? [-0.5, column.groups.length - 0.5] : extent(this.values);
    const nBins = isGroup ? Math.min(column.groups.length, 200)
      : Math.max(8, Math.min(60, Math.ceil(2 * Math.cbrt(this.values.length))));
    this.bounds = {low, width: (high - low) / nBins, nBins};
    this.binOf = Int32Array.from(this.values, value => Number.isFinite(value)
      ? Math.min(nBins - 1, Math.floor((value - low) / this.bounds.width)) : -1);
    this.counts = new Int32Array(nBins);
    for (const bin of this.binOf) if (bin >= 0) this.counts[bin]++;
    this.nMissing = this.binOf.reduce((count, bin) => count + (bin < 0), 0);
    this.frame.setDomain([low, high], [0, Math.max(1, ...this.counts) * 1.06]);
  }

  heard(what) {
    const isOccupation = this.shownName === "occupation";
    if (what === "data") {
      this.column = Math.max(0, this.state.landscape.columns.findIndex(column => column.name === this.shownName));
    }
    if (what === "data" || (what === "temperature" && isOccupation)) this.replaced();
    this.surface.request();
  }

  resized(width, height) { this.frame.setSize(width, height); }

  paint(g, width, height) {
    const {frame, state} = this, theme = this.theme.colours, column = state.landscape.columns[this.column];
    const missing = this.nMissing ? ` · ${this.nMissing} without a value` : "";
    axes(g, frame, theme, {width, height, x: column.name + missing, y: "minima", xFormat: formatOf(column)});
    clipTo(g, frame, width, height);
    const chosen = new Int32Array(this.counts.length);
    if (state.nSelected) this.binOf.forEach((bin, i) => { if (bin >= 0) chosen[bin] += state.selected[i]; });
    const bars = (counts, colour) => {
      g.fillStyle = colour;
      counts.forEach((count, bin) => {
        if (!count) return;
        const x0 = frame.x(this.bounds.low + bin * this.bounds.width), x1 = frame.x(this.bounds.low + (bin + 1) * this.bounds.width);
        const y = frame.y(count);
        g.fillRect(x0 + 0.5, y, Math.max(1, x1 - x0 - 1), frame.y(0) - y);
      });
    };
    bars(this.counts, state.nSelected ? theme.faint : theme.muted);
    bars(chosen, theme.accent);
    g.restore();
    if (frame.box) selectionBox(g, frame.box, theme);
  }

  #binAt(px) {
    const bin = Math.floor((this.frame.x.invert(px) - this.bounds.low) / this.bounds.width);
    return bin >= 0 && bin < this.bounds.nBins ? bin : -1;
  }

  #pointed(event) {
    if (event.buttons) return;
    const bin = this.#binAt(event.offsetX);
    if (bin < 0) return this.say("", null);
    const column = this.state.landscape.columns[this.column], low = this.bounds.low + bin * this.bounds.width;
    const high = low + this.bounds.width;
    const range = column.groups ? namesBetween(column.groups, low, high) : `${short(low)} … ${short(high)}`;
    this.say(`${range}: ${this.counts[bin]}`, event);
  }

  #choose([x0, x1, , , event]) {
    const [low, high] = [this.frame.x.invert(x0), this.frame.x.invert(x1)], minima = [];
    this.values.forEach((value, i) => { if (value >= low && value <= high) minima.push(i); });
    this.state.select(minima, event.ctrlKey || event.metaKey ? "add" : "only");
  }

  destroy() { this.surface.destroy(); }
}

/** The groups of one bar: there are more groups than bars where there are very many. */
function namesBetween(groups, low, high) {
  const first = Math.ceil(low), last = Math.max(first, Math.ceil(high) - 1);
  return first === last ? groups[first] : `${groups[first]} … ${groups[last]}`;
}
