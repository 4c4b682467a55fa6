// Two columns against each other, a point for each minimum.
import {axes, clipTo} from "./axes.mjs";
import {colouring} from "./colours.mjs";
import {Frame} from "./gesture.mjs";
import {extent, short} from "./numbers.mjs";
import {Surface} from "./surface.mjs";
import {selectionBox} from "./tree_drawing.mjs";

export class ScatterView {
  constructor(state, theme, say) {
    Object.assign(this, {state, theme, say, name: "scatter"});
    this.surface = new Surface("Scatter of two columns. Drag with shift to choose.", this);
    const canvas = this.surface.canvas;
    this.frame = new Frame(canvas, {left: 62, right: 12, top: 30, bottom: 40}, {
      changed: () => this.surface.request(),
      box: (...box) => this.#choose(box),
      wantsBox: event => event.shiftKey || state.boxMode,
    });
    canvas.addEventListener("pointermove", event => this.#pointed(event));
    canvas.addEventListener("pointerleave", () => { state.point(-1); say("", null); });
    canvas.addEventListener("click", event => this.#clicked(event));
    canvas.addEventListener("keydown", event => this.#key(event));
    this.columns = [0, preferred(state.landscape)];
    this.replaced();
  }

  /** Which columns stand along x and y. */
  show(columns) {
    this.columns = columns.map(k => Math.min(Math.max(k, 0), this.state.landscape.columns.length - 1));
    this.frame.reset();
    this.replaced();
    this.surface.request();
  }

  replaced() {
    const [x, y] = this.columns.map(k => this.state.landscape.columns[k]);
    [this.x, this.y] = [scaled(x), scaled(y)];
    [this.xColumn, this.yColumn] = [x, y];
    const [xs, ys] = [extent(this.x), extent(this.y)].map(([a, b]) => [a - 0.04 * (b - a), b + 0.04 * (b - a)]);
    this.frame.setDomain(xs, ys);
    this.nMissing = 0;
    for (let i = 0; i < this.x.length; i++) this.nMissing += !(Number.isFinite(this.x[i]) && Number.isFinite(this.y[i]));
    this.colours = colouring(this.state, this.theme.colours);
  }

  heard(what) {
    if (what === "data") {
      const names = this.state.landscape.columns.map(column => column.name);
      this.columns = [this.xColumn, this.yColumn].map(column => Math.max(0, names.indexOf(column.name)));
      this.replaced();
    }
    if (what === "temperature" && [this.xColumn, this.yColumn].some(c => c.name === "occupation")) this.replaced();
    if (["colourBy", "theme", "temperature"].includes(what)) this.colours = colouring(this.state, this.theme.colours);
    this.surface.request();
  }

  resized(width, height) { this.frame.setSize(width, height); }

  paint(g, width, height) {
    const {frame, state, colours} = this, theme = this.theme.colours;
    const missing = this.nMissing ? ` · ${this.nMissing} without a value` : "";
    const [xFormat, yFormat] = [formatOf(this.xColumn), formatOf(this.yColumn)];
    axes(g, frame, theme, {width, height, x: this.xColumn.name + missing, y: this.yColumn.name, xFormat, yFormat});
    clipTo(g, frame, width, height);
    const size = state.landscape.n > 3000 ? 2 : state.landscape.n > 300 ? 3.5 : 5;
    const ax = frame.x, ay = frame.y, isDimmed = state.nSelected > 0;
    const nBins = colours ? colours.colours.length : 0;
    const layers = Array.from({length: nBins + 2}, () => []);
    for (let i = 0; i < state.landscape.n; i++) {
      if (!Number.isFinite(this.x[i]) || !Number.isFinite(this.y[i])) continue;
      const bin = colours && colours.bin[i] !== 255 ? colours.bin[i] + 1 : 0;
      layers[state.selected[i] ? nBins + 1 : bin].push(i);
    }
    layers.forEach((members, layer) => {
      const isSelected = layer === nBins + 1;
      g.fillStyle = isSelected ? theme.accent : layer ? colours.colours[layer - 1] : theme.branch;
      g.globalAlpha = isSelected ? 1 : isDimmed ? 0.3 : layer ? 0.85 : 0.5;
      for (const i of members) g.fillRect(ax(this.x[i]) - size / 2, ay(this.y[i]) - size / 2, size, size);
    });
    g.globalAlpha = 1;
    for (const [minimum, radius] of [[state.hover, 5], [state.focus, 7]]) {
      if (minimum < 0 || !Number.isFinite(this.x[minimum]) || !Number.isFinite(this.y[minimum])) continue;
      g.beginPath();
      g.arc(ax(this.x[minimum]), ay(this.y[minimum]), radius, 0, 2 * Math.PI);
      g.strokeStyle = theme.accent;
      g.lineWidth = 2;
      g.stroke();
    }
    g.restore();
    if (frame.box) selectionBox(g, frame.box, theme);
  }

  legend() { return {colouring: this.colours, note: ""}; }

  near(px, py) {
    let best = -1, least = 100;
    for (let i = 0; i < this.x.length; i++) {
      const dx = this.frame.x(this.x[i]) - px, dy = this.frame.y(this.y[i]) - py, distance = dx * dx + dy * dy;
      if (distance < least) { least = distance; best = i; }
    }
    return best;
  }

  #pointed(event) {
    if (event.buttons) return;
    const i = this.near(event.offsetX, event.offsetY);
    this.state.point(i);
    this.say(i < 0 ? "" : `minimum ${this.state.landscape.number(i)}: ${this.xColumn.name} ${label(this.xColumn, i)}, ${this.yColumn.name} ${label(this.yColumn, i)}`, i < 0 ? null : event);
  }

  #clicked(event) {
    if (this.frame.justBoxed) { this.frame.justBoxed = false; return; }
    const i = this.near(event.offsetX, event.offsetY), isMore = event.shiftKey || event.ctrlKey || event.metaKey;
    this.state.select(i < 0 ? [] : [i], isMore ? "toggle" : "only");
    if (i >= 0) this.state.look(i);
  }

  #choose([x0, x1, y0, y1, event]) {
    const minima = [];
    for (let i = 0; i < this.x.length; i++) {
      const x = this.frame.x(this.x[i]), y = this.frame.y(this.y[i]);
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) minima.push(i);
    }
    this.state.select(minima, event.ctrlKey || event.metaKey ? "add" : "only");
  }

  #key(event) {
    const actions = {"+": () => this.frame.zoomBy(1.5), "-": () => this.frame.zoomBy(1 / 1.5),
      0: () => { this.frame.reset(); this.surface.request(); }, Escape: () => this.state.select([])};
    if (!actions[event.key]) return;
    actions[event.key]();
    event.preventDefault();
  }

  destroy() { this.surface.destroy(); }
}

/** The first value that was saved with the minima, or LPPHE. */
function preferred(landscape) {
  const names = landscape.columns.map(column => column.name);
  const test = names.findIndex(name => /test.*auc/.test(name));
  const isOwn = names.findIndex((name, k) => k > names.indexOf("community") && name !== "occupation");
  return test >= 0 ? test : isOwn >= 0 ? isOwn : names.indexOf("LPPHE");
}

export function scaled(column) {
  if (column.name !== "occupation") return column.values;
  return column.values.map(p => Math.log10(Math.max(p, 1e-300)));
}

export function formatOf(column) {
  if (column.groups) return k => Number.isInteger(k) ? (column.groups[k] ?? "").slice(0, 12) : "";
  return column.name === "occupation" ? e => Number.isInteger(e) ? `1e${e}` : "" : undefined;
}

export function label(column, i) {
  return column.groups ? column.groups[column.values[i]] : short(column.values[i]);
}
