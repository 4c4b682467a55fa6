// The lowest path between two minima: losses of minima and transition states in turn.
import {scaleLinear} from "d3-scale";
import {line, tickFormat} from "./axes.mjs";
import {extent, short} from "./numbers.mjs";
import {FONT, Surface} from "./surface.mjs";

const MARGINS = {left: 60, right: 16, top: 26, bottom: 34};

export class PathView {
  constructor(state, theme, say) {
    Object.assign(this, {state, theme, say, name: "path"});
    this.surface = new Surface("Losses along the lowest path between two minima. Arrow keys walk along it.", this);
    const canvas = this.surface.canvas;
    canvas.addEventListener("pointermove", event => this.#pointed(event));
    canvas.addEventListener("pointerleave", () => { state.point(-1); say("", null); });
    canvas.addEventListener("click", event => this.#look(this.#near(event.offsetX)));
    canvas.addEventListener("keydown", event => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!step || !this.path) return;
      this.at = Math.max(0, Math.min(this.path.length - 1, (this.at ?? -1) + step));
      this.#look(this.at);
      event.preventDefault();
    });
    this.heard("selection");
  }

  heard(what) {
    if (what === "selection" || what === "data") {
      this.ends = this.#ends();
      this.path = this.ends && this.state.landscape.lowestPath(...this.ends);
      this.at = undefined;
    }
    this.surface.request();
  }

  /** Two selected minima; or one, and the global minimum. */
  #ends() {
    const {state} = this, global = state.landscape.notes.global_minimum;
    if (state.nSelected === 1) {
      const [one] = state.selectedMinima();
      return one === global ? null : [one, global];
    }
    return state.pair();
  }

  resized() {}

  paint(g, width, height) {
    const theme = this.theme.colours, path = this.path;
    g.font = `12px ${FONT}`;
    g.fillStyle = theme.muted;
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    if (!path) {
      const text = this.ends ? `No path joins minima ${this.ends.map(end => this.state.landscape.number(end)).join(" and ")}.` : "Choose two minima, or one.";
      g.fillText(text, 16, 30);
      return;
    }
    const [low, high] = extent(path.map(point => point.loss)), room = 0.08 * (high - low);
    const x = scaleLinear().domain([0, path.length - 1]).range([MARGINS.left + 12, width - MARGINS.right - 12]);
    const y = scaleLinear().domain([low - room, high + room]).range([height - MARGINS.bottom, MARGINS.top]);
    [this.x, this.y] = [x, y];
    g.font = `11px ${FONT}`;
    g.textBaseline = "middle";
    g.textAlign = "right";
    const ticks = y.ticks(Math.max(2, Math.floor(height / 60))), format = tickFormat(y, ticks.length);
    g.lineWidth = 1;
    for (const tick of ticks) {
      line(g, theme.line, MARGINS.left, Math.round(y(tick)) + 0.5, width - MARGINS.right, Math.round(y(tick)) + 0.5);
      g.fillStyle = theme.muted;
      g.fillText(format(tick), MARGINS.left - 8, y(tick));
    }
    g.strokeStyle = theme.branch;
    g.lineWidth = 1.2;
    g.beginPath();
    path.forEach((point, k) => k ? g.lineTo(x(k), y(point.loss)) : g.moveTo(x(k), y(point.loss)));
    g.stroke();
    path.forEach((point, k) => this.#mark(g, point, x(k), y(point.loss), path.length));
    const barrier = Math.max(...path.map(point => point.loss)) - path[0].loss;
    g.fillStyle = theme.muted;
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    const nStates = (path.length - 1) / 2;
    g.fillText(`${nStates} transition state${nStates === 1 ? "" : "s"}, barrier ${short(barrier)} from minimum ${this.state.landscape.number(path[0].minimum)}`, 8, MARGINS.top - 9);
    g.textBaseline = "top";
    g.fillText(`minimum ${this.state.landscape.number(path[0].minimum)}`, MARGINS.left, height - MARGINS.bottom + 8);
    g.textAlign = "right";
    g.fillText(`minimum ${this.state.landscape.number(path.at(-1).minimum)}`, width - MARGINS.right, height - MARGINS.bottom + 8);
  }

  #mark(g, point, x, y, n) {
    const {state} = this, theme = this.theme.colours, radius = n > 80 ? 2 : 3.5;
    const isFocus = point.state === undefined ? point.minimum === state.focus && state.focusedState < 0 : point.state === state.focusedState;
    g.fillStyle = g.strokeStyle = isFocus || (point.minimum === state.hover && point.minimum >= 0) ? theme.accent : theme.ink;
    g.beginPath();
    g.arc(x, y, isFocus ? radius + 2 : radius, 0, 2 * Math.PI);
    if (point.state === undefined) g.fill();
    else {
      const kept = g.fillStyle;
      g.fillStyle = theme.paper;
      g.fill();
      g.fillStyle = kept;
      g.lineWidth = 1.5;
      g.stroke();
    }
  }

  #near(px) {
    return this.path ? Math.max(0, Math.min(this.path.length - 1, Math.round(this.x.invert(px)))) : -1;
  }

  #pointed(event) {
    const k = this.#near(event.offsetX);
    if (k < 0) return;
    const point = this.path[k];
    this.state.point(point.minimum ?? -1);
    this.say(`${point.state === undefined ? `minimum ${this.state.landscape.number(point.minimum)}` : `transition state ${this.state.landscape.stateNumber(point.state)}`}: ${short(point.loss)}`, event);
  }

  #look(k) {
    if (k < 0) return;
    const point = this.path[k];
    if (point.state === undefined) this.state.look(point.minimum);
    else this.state.look(-1, point.state);
  }

  destroy() { this.surface.destroy(); }
}
