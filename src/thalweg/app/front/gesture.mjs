// Zoom and pan with d3-zoom, each axis by itself, and boxes: the map from data to pixels of one canvas.
import {scaleLinear} from "d3-scale";
import {select} from "d3-selection";
import {zoom, zoomIdentity} from "d3-zoom";

const MOST = 1e7;

export class Frame {
  /** margins: {left, right, top, bottom}; changed() after each movement; box(x0, x1, y0, y1) in pixels. */
  constructor(canvas, margins, {changed, box, mayPan = () => true, wantsBox = event => event.shiftKey}) {
    Object.assign(this, {canvas, margins, x: scaleLinear(), y: scaleLinear()});
    this.k = [1, 1];
    this.shift = [0, 0];
    this.changed = changed;
    this.last = zoomIdentity;
    // One finger belongs to the page, which could not be scrolled past a canvas otherwise; two belong to it.
    const isOneFinger = event => event.type === "touchstart" && event.touches.length < 2;
    this.behaviour = zoom().scaleExtent([1e-12, 1e12])
      .filter(event => !event.button && !isOneFinger(event) && (event.type === "wheel" || (!wantsBox(event) && mayPan(event))))
      .on("start", () => { this.last = canvas.__zoom ?? zoomIdentity; })
      .on("zoom", event => this.#moved(event))
      .on("end", () => { canvas.__zoom = zoomIdentity; this.last = zoomIdentity; });
    select(canvas).call(this.behaviour).on("dblclick.zoom", null);
    this.#boxes(box, wantsBox);
  }

  setSize(width, height) {
    [this.width, this.height] = [width, height];
    this.#clamp();
  }

  setDomain(x, y) {
    this.domain = [x, y];
    this.#clamp();
  }

  reset() {
    this.k = [1, 1];
    this.shift = [0, 0];
    this.#clamp();
  }

  /** Zoom by a factor about the middle, or about a place in pixels. */
  zoomBy(factor, px = this.width / 2, py = this.height / 2, axes = [true, true]) {
    [px, py].forEach((at, axis) => {
      if (axes[axis]) this.#apply(axis, factor, at * (1 - factor));
    });
    this.#clamp();
    this.changed();
  }

  panBy(dx, dy) {
    this.shift[0] += dx;
    this.shift[1] += dy;
    this.#clamp();
    this.changed();
  }

  /** Show this range of the horizontal axis, and of the vertical one if given. */
  show(x0, x1, y) {
    const ranges = [[x0, x1], y];
    ranges.forEach((range, axis) => {
      if (!range) return;
      const base = this.#base(axis), [a, b] = range.map(base), [from, to] = base.range();
      this.k[axis] = Math.min(MOST, Math.abs((to - from) / ((b - a) || 1e-9)));
      this.shift[axis] = Math.min(from, to) - Math.min(a, b) * this.k[axis];
    });
    this.#clamp();
    this.changed();
  }

  #base(axis) {
    const {left, right, top, bottom} = this.margins;
    const range = axis ? [this.height - bottom, top] : [left, this.width - right];
    return scaleLinear().domain(this.domain[axis]).range(range);
  }

  #apply(axis, factor, offset) {
    this.k[axis] *= factor;
    this.shift[axis] = factor * this.shift[axis] + offset;
  }

  #moved(event) {
    const now = event.transform, factor = now.k / this.last.k, source = event.sourceEvent;
    const inGutter = source?.offsetX < this.margins.left && factor !== 1;
    const axes = factor === 1 ? [true, true] : [!source?.altKey && !inGutter, !source?.shiftKey];
    if (axes[0]) this.#apply(0, factor, now.x - factor * this.last.x);
    if (axes[1]) this.#apply(1, factor, now.y - factor * this.last.y);
    this.last = now;
    this.#clamp();
    this.changed();
  }

  #clamp() {
    if (!this.domain || !this.width) return;
    [this.x, this.y].forEach((scale, axis) => {
      const base = this.#base(axis), [from, to] = base.range();
      const low = Math.min(from, to), high = Math.max(from, to);
      this.k[axis] = Math.min(MOST, Math.max(1, this.k[axis]));
      this.shift[axis] = Math.min(low * (1 - this.k[axis]), Math.max(high * (1 - this.k[axis]), this.shift[axis]));
      const back = at => base.invert((at - this.shift[axis]) / this.k[axis]);
      scale.domain([back(from), back(to)]).range([from, to]);
    });
  }

  #boxes(box, wantsBox) {
    const canvas = this.canvas;
    let from = null;
    canvas.addEventListener("pointerdown", event => {
      if (event.button || !wantsBox(event)) return;
      from = [event.offsetX, event.offsetY];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", event => {
      if (!from) return;
      this.box = [from[0], event.offsetX, from[1], event.offsetY];
      this.changed();
    });
    const end = event => {
      if (!from) return;
      const [a, b] = [from, [event.offsetX, event.offsetY]];
      from = this.box = null;
      const isBox = Math.hypot(b[0] - a[0], b[1] - a[1]) > 4;
      if (isBox && event.type === "pointerup") {
        this.justBoxed = true;
        box(Math.min(a[0], b[0]), Math.max(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[1], b[1]), event);
      }
      this.changed();
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }
}
