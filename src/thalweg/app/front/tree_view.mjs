// The disconnectivity graph as a view: zoom, pan, pointing, choosing, collapsing, keys.
import {changesOf, colouring} from "./colours.mjs";
import {Frame} from "./gesture.mjs";
import {clippingOf, extent, grouped, short} from "./numbers.mjs";
import {Surface} from "./surface.mjs";
import {drawTree, leafAt, stylesOf} from "./tree_drawing.mjs";
import {TreeLayout} from "./tree_layout.mjs";

export class TreeView {
  constructor(state, theme, say) {
    Object.assign(this, {state, theme, say, name: "tree"});
    this.surface = new Surface("Disconnectivity graph. Arrow keys walk the minima, Enter chooses, plus and minus zoom.", this);
    const canvas = this.surface.canvas;
    this.frame = new Frame(canvas, {left: 60, right: 12, top: 26, bottom: 18}, {
      changed: () => this.surface.request(),
      box: (...box) => this.#choose(box),
      mayPan: event => !this.#onRuler(event),
      wantsBox: event => event.shiftKey || state.boxMode,
    });
    canvas.addEventListener("pointermove", event => this.#pointed(event));
    canvas.addEventListener("pointerleave", () => { state.point(-1); say("", null); });
    canvas.addEventListener("click", event => this.#clicked(event));
    canvas.addEventListener("dblclick", event => this.#folded(event));
    canvas.addEventListener("keydown", event => this.#key(event));
    this.replaced();
  }

  replaced() {
    this.layout = new TreeLayout(this.state.landscape);
    this.layout.collapse(this.state.collapsed);
    this.#domain();
    this.#restyle();
  }

  heard(what) {
    if (what === "data") this.replaced();
    if (what === "focus") this.#describe();
    if (what === "lossRange") this.#domain();
    if (what === "collapsed") { this.layout.collapse(this.state.collapsed); this.#domain(); }
    if (["collapsed", "colourBy", "theme", "hasWidths"].includes(what)) this.#restyle();
    if (what === "temperature" && (this.state.hasWidths || this.state.colourColumn?.name === "occupation")) this.#restyle();
    this.surface.request();
  }

  #domain() {
    const {level_loss: levels, drawn_loss: losses} = this.state.landscape.arrays;
    const [low, high] = this.state.lossRange ?? extent([levels[0], ...losses]);
    const room = 0.03 * (high - low);
    const left = this.layout.edge(0), aside = 0.01 * (this.layout.right - left);
    this.frame.setDomain([left - aside, this.layout.right + aside], [low - room, high + room]);
  }

  #restyle() {
    this.colours = colouring(this.state, this.theme.colours);
    if (this.colours) this.colours.changes = changesOf(this.colours.bin, this.state.landscape.order);
    this.styles = stylesOf(this.layout, this.state, this.colours);
  }

  resized(width, height) { this.frame.setSize(width, height); }

  paint(g, width, height) {
    drawTree(g, {frame: this.frame, state: this.state, theme: this.theme.colours, width, height,
      layout: this.layout, styles: this.styles, colours: this.colours});
  }

  legend() { return {colouring: this.colours, note: clippingOf(this.state.landscape.notes)}; }

  /** The leaf whose end lies within eight pixels, or −1. */
  leafNear(px, py) {
    const {frame, layout, state} = this;
    const [from, to] = [px - 8, px + 8].map(at => layout.placeAt(layout.from(frame.x.invert(at))));
    let best = -1, least = 64;
    for (let place = from; place <= to; place++) {
      if (layout.collapsed.length && layout.holderOf(place)) continue;
      const dx = frame.x(layout.leaf(place)) - px, dy = frame.y(state.landscape.arrays.drawn_loss[place]) - py;
      if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; best = state.landscape.order[place]; }
    }
    return best;
  }

  /** The range of places below the branch within five pixels, or null. */
  branchNear(px, py) {
    const {layout, frame} = this;
    for (const {start, stop, apex} of layout.collapsed) {
      const inside = frame.x(layout.edge(start)) < px && px < frame.x(layout.edge(stop));
      if (inside && py > frame.y(apex)) return [start, stop];
    }
    const ax = frame.x(1) - frame.x(0), bx = frame.x(0), ay = frame.y(1) - frame.y(0), by = frame.y(0);
    let best = -1, least = 25, aside = Infinity;
    for (let k = 0; k < layout.n; k++) {
      if (layout.isHidden[k]) continue;
      const x1 = layout.x1[k] * ax + bx, x2 = layout.x2[k] * ax + bx;
      if (Math.min(x1, x2) - 5 > px || Math.max(x1, x2) + 5 < px) continue;
      const y1 = layout.y1[k] * ay + by, y2 = layout.y2[k] * ay + by;
      if (y1 - 5 > py || y2 + 5 < py) continue;
      // Level from x1 to x2, then down.
      const beside = Math.max(Math.min(x1, x2) - px, px - Math.max(x1, x2), 0), below = Math.max(y1 - py, py - y2, 0);
      const distance = Math.min(beside ** 2 + (y1 - py) ** 2, (x2 - px) ** 2 + below ** 2);
      // Branches that leave one stem at one level share their beginning: the nearest foot has it.
      const reach = Math.abs(x2 - px);
      if (distance < least || (distance === least && best >= 0 && reach < aside)) [least, best, aside] = [distance, k, reach];
    }
    return best < 0 ? null : [layout.start[best], layout.stop[best]];
  }

  #pointed(event) {
    const [px, py] = [event.offsetX, event.offsetY];
    if (this.dragsRuler) { this.hasMovedRuler = true; this.state.set("ruler", this.frame.y.invert(py)); return; }
    if (event.buttons) return;
    const minimum = this.leafNear(px, py);
    this.state.point(minimum);
    const range = minimum < 0 ? this.branchNear(px, py) : null;
    this.surface.canvas.style.cursor = this.#onRuler(event) ? "ns-resize" : minimum >= 0 || range ? "pointer" : "";
    if (minimum >= 0) this.say(`minimum ${this.state.landscape.number(minimum)}: ${short(this.state.landscape.loss[minimum])}`, event);
    else if (range) this.say(this.#branchText(range), event);
    else this.say("", null);
  }

  /** What is in focus, for those who do not see the ring around it. */
  #describe() {
    const {focus, landscape} = this.state, text = focus < 0 ? "" : `minimum ${landscape.number(focus)}, ${landscape.notes.unit} ${short(landscape.loss[focus])}`;
    this.surface.canvas.setAttribute("aria-description", text);
  }

  #branchText([start, stop]) {
    if (stop - start === 1) return `minimum ${this.state.landscape.number(this.state.landscape.order[start])}`;
    const name = this.state.landscape.n <= 20000 ? this.state.landscape.nodeName(start, stop) : "";
    return `${name ? `node ${name}: ` : ""}${grouped(this.state.landscape.countOf(start, stop))} minima`;
  }

  #onRuler(event) {
    if (this.state.ruler === null || event.type === "wheel") return false;
    const isNear = Math.abs(this.frame.y(this.state.ruler) - event.offsetY) < 5;
    if (event.type === "pointerdown" || event.type === "mousedown") {
      this.dragsRuler = isNear;
      if (isNear) addEventListener("pointerup", () => { this.dragsRuler = false; }, {once: true});
    }
    return isNear;
  }

  #clicked(event) {
    if (this.frame.justBoxed || this.hasMovedRuler) { this.frame.justBoxed = this.hasMovedRuler = false; return; }
    const minimum = this.leafNear(event.offsetX, event.offsetY);
    const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
    if (minimum >= 0) {
      this.state.select([minimum], isMore ? "toggle" : "only");
      this.state.look(minimum);
      return;
    }
    const range = this.branchNear(event.offsetX, event.offsetY);
    if (!range) { if (!isMore) this.state.select([]); return; }
    this.state.selectPlaces(...range, isMore ? "add" : "only");
    this.state.look(this.#lowestOf(range));
  }

  #lowestOf([start, stop]) {
    const {order, loss} = this.state.landscape;
    return order.subarray(start, stop).reduce((a, b) => loss[b] < loss[a] ? b : a);
  }

  #folded(event) {
    const range = this.branchNear(event.offsetX, event.offsetY);
    if (range && range[1] - range[0] > 1) this.fold(range);
  }

  /** Collapse a range of places, or expand it if it is collapsed. */
  fold([start, stop]) {
    const others = this.state.collapsed.filter(([a, b]) => a !== start || b !== stop);
    const isNew = others.length === this.state.collapsed.length;
    this.state.set("collapsed", isNew ? [...others, [start, stop]] : others);
  }

  /** Collapse the superbasins below a loss that hold more than one minimum. */
  foldBelow(loss) {
    const ranges = this.state.landscape.superbasinsAt(loss).filter(([a, b]) => b - a > 1);
    this.state.set("collapsed", ranges);
  }

  /** Zoom to the selected minima. */
  showSelection() {
    const places = this.state.selectedMinima().map(minimum => this.layout.leaf(this.state.landscape.place[minimum]));
    if (!places.length) return this.reset();
    const [first, last] = places.reduce(([a, b], p) => [Math.min(a, p), Math.max(b, p)], [Infinity, -Infinity]);
    const room = Math.max(2, 0.1 * (last - first));
    this.frame.show(first - room, last + room);
  }

  reset() { this.frame.reset(); this.surface.request(); }

  #choose([x0, x1, y0, y1, event]) {
    const {landscape} = this.state, {frame, layout} = this, minima = [];
    for (let place = 0; place < landscape.n; place++) {
      const x = frame.x(layout.leaf(place)), y = frame.y(landscape.arrays.drawn_loss[place]);
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) minima.push(landscape.order[place]);
    }
    this.state.select(minima, event.ctrlKey || event.metaKey ? "add" : "only");
  }

  #key(event) {
    const {state, frame} = this, {landscape} = state;
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    const actions = {
      "+": () => frame.zoomBy(1.5), "=": () => frame.zoomBy(1.5), "-": () => frame.zoomBy(1 / 1.5),
      0: () => this.reset(), z: () => this.showSelection(),
      ArrowUp: () => this.#widen(), ArrowDown: () => state.select(state.focus < 0 ? [] : [state.focus]),
      Enter: () => state.focus >= 0 && state.select([state.focus], event.shiftKey ? "toggle" : "only"),
      Home: () => this.#walk(landscape.place[landscape.notes.global_minimum]),
      PageUp: () => frame.panBy(0, frame.height / 3), PageDown: () => frame.panBy(0, -frame.height / 3),
      c: () => { const range = this.#selectedRange(); if (range) this.fold(range); },
      e: () => state.set("collapsed", []),
      r: () => state.set("ruler", state.ruler === null ? frame.y.invert(frame.height / 2) : null),
      "[": () => this.#moveRuler(1), "]": () => this.#moveRuler(-1),
      Escape: () => state.select([]),
    };
    if (step) {
      const here = state.focus < 0 ? (step > 0 ? -1 : landscape.n) : landscape.place[state.focus];
      this.#walk(Math.max(0, Math.min(landscape.n - 1, here + step)), event.shiftKey);
    } else if (actions[event.key] && !event.ctrlKey && !event.metaKey) actions[event.key]();
    else return;
    event.preventDefault();
  }

  #walk(place, isMore = false) {
    const minimum = this.state.landscape.order[place];
    this.state.look(minimum);
    this.state.select([minimum], isMore ? "add" : "only");
    const [x] = leafAt(this, minimum), {left, right} = this.frame.margins;
    if (x < left) this.frame.panBy(left + 40 - x, 0);
    if (x > this.frame.width - right) this.frame.panBy(this.frame.width - right - 40 - x, 0);
    this.say(`minimum ${this.state.landscape.number(minimum)}: ${short(this.state.landscape.loss[minimum])}`, null);
  }

  #selectedRange() {
    const {selected, landscape, nSelected} = this.state;
    if (nSelected < 2) return null;
    const first = landscape.order.findIndex(minimum => selected[minimum]);
    return this.state.prefix[first + nSelected] === nSelected ? [first, first + nSelected] : null;
  }

  /** From the selection to the smallest superbasin that holds it and more. */
  #widen() {
    const {landscape, selected, nSelected} = this.state;
    if (!nSelected) return;
    const places = [];
    landscape.order.forEach((minimum, place) => { if (selected[minimum]) places.push(place); });
    let [start, stop] = [places[0], places.at(-1) + 1];
    const left = start > 0 ? landscape.barriers[start - 1] : Infinity;
    const right = stop < landscape.n ? landscape.barriers[stop - 1] : Infinity;
    const threshold = Math.min(left, right);
    if (threshold === Infinity) return;
    while (start > 0 && landscape.barriers[start - 1] <= threshold) start--;
    while (stop < landscape.n && landscape.barriers[stop - 1] <= threshold) stop++;
    this.state.selectPlaces(start, stop);
    this.say(this.#branchText([start, stop]), null);
  }

  #moveRuler(direction) {
    const levels = this.state.landscape.arrays.level_loss, {ruler} = this.state;
    if (ruler === null) return;
    // From level to level, at which nodes have their names.
    const next = direction > 0 ? levels.findLast(loss => loss > ruler) : levels.find(loss => loss < ruler);
    if (next !== undefined) this.state.set("ruler", next);
  }

  destroy() { this.surface.destroy(); }
}
