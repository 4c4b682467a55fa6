// A canvas that keeps its size and paints once a frame, and gives the same picture as PNG and as SVG.
import {element} from "./dom.mjs";
import {drawLegend} from "./legend_drawing.mjs";
import {SvgContext} from "./svg_context.mjs";

export const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

export class Surface {
  constructor(label, view) {
    this.view = view;
    this.canvas = element("canvas", {tabindex: 0, role: "img", "aria-label": label});
    this.box = element("div.surface", {}, this.canvas);
    this.observer = new ResizeObserver(() => this.#resize());
    this.observer.observe(this.box);
    this.nPaints = 0;
  }

  #resize() {
    const width = this.box.clientWidth, height = this.box.clientHeight;
    if (!width || !height) return;
    [this.width, this.height] = [width, height];
    const density = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    this.view.resized(width, height);
    this.paintNow();
  }

  request() { this.waiting ||= requestAnimationFrame(() => this.paintNow()); }

  paintNow() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    if (!this.width || !this.canvas.offsetParent) return;
    const g = this.canvas.getContext("2d");
    const start = performance.now();
    g.setTransform(this.canvas.width / this.width, 0, 0, this.canvas.height / this.height, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    this.view.paint(g, this.width, this.height);
    this.nPaints++;
    this.lastPaint = performance.now() - start;
  }

  svg() {
    const g = new SvgContext(this.width, this.height + this.#below());
    this.#onPaper(g);
    return new Blob([g.toString()], {type: "image/svg+xml"});
  }

  png(scale = 3) {
    const copy = element("canvas", {width: this.width * scale, height: (this.height + this.#below()) * scale});
    const g = copy.getContext("2d");
    g.scale(scale, scale);
    this.#onPaper(g);
    return new Promise(resolve => copy.toBlob(resolve, "image/png"));
  }

  #onPaper(g) {
    g.fillStyle = this.view.theme.colours.paper;
    g.fillRect(0, 0, this.width, this.height + this.#below());
    this.view.paint(g, this.width, this.height);
    this.#legend(g);
  }

  /** What stands beside a view on the page, such as its legend, stands below it in a picture. */
  #legend(g) {
    const {theme} = this.view, legend = this.view.legend?.();
    return legend ? drawLegend(g, legend, theme.colours, this.height, this.width) : 0;
  }

  #below() { return Math.ceil(this.#legend(new SvgContext(this.width, this.height))); }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}
