// Heat capacity and frustration over the temperature; a click or a drag sets T.
import {scaleLinear, scaleLog} from "d3-scale";
import {line, tickFormat} from "./axes.mjs";
import {extent, rounded} from "./numbers.mjs";
import {FONT, Surface} from "./surface.mjs";

const MARGINS = {left: 56, right: 12, top: 26, bottom: 40};

export class TemperatureView {
  constructor(state, theme, say) {
    Object.assign(this, {state, theme, say, name: "temperature"});
    this.surface = new Surface("Heat capacity and frustration over temperature. Left and right arrow set T.", this);
    const canvas = this.surface.canvas;
    const set = event => { if (event.buttons & 1) this.#setTo(event.offsetX); };
    canvas.addEventListener("pointerdown", event => { canvas.setPointerCapture(event.pointerId); set(event); });
    canvas.addEventListener("pointermove", set);
    canvas.addEventListener("keydown", event => {
      const step = {ArrowLeft: 1 / 1.1, ArrowRight: 1.1}[event.key];
      if (!step || !this.x) return;
      const [low, high] = this.x.domain();
      state.setTemperature(Math.min(high, Math.max(low, state.temperature * step)));
      event.preventDefault();
    });
  }

  #setTo(px) {
    if (!this.x) return;
    const [low, high] = this.x.domain();
    this.state.setTemperature(Math.min(high, Math.max(low, this.x.invert(px))));
  }

  heard() { this.surface.request(); }

  resized() {}

  paint(g, width, height) {
    const theme = this.theme.colours, {arrays, notes} = this.state.landscape;
    g.font = `12px ${FONT}`;
    g.fillStyle = theme.muted;
    if (!notes.has_temperature) {
      g.textAlign = "left";
      g.fillText("These rates hold at one temperature.", 16, 30);
      return;
    }
    const middle = MARGINS.top + 0.56 * (height - MARGINS.top - MARGINS.bottom);
    const domain = [arrays.temperature[0], arrays.temperature.at(-1)];
    this.x = scaleLog().domain(domain).range([MARGINS.left, width - MARGINS.right]);
    const excess = arrays.heat_capacity.map(value => value - notes.n_modes);
    const series = [[excess, theme.ink, 1.6, []], [arrays.heat_capacity_positive, theme.muted, 1, [4, 3]],
      [arrays.heat_capacity_negative, theme.muted, 1, [1, 3]]];
    this.#panel(g, MARGINS.top, middle - 8, width, series, `heat capacity less κ = ${notes.n_modes}, in k_B`);
    const frustrated = arrays.frustration_excess;
    const isDefined = frustrated.some(Number.isFinite);
    this.#panel(g, middle + 30, height - MARGINS.bottom, width, isDefined ? [[frustrated, theme.ink, 1.6, []]] : [],
      isDefined ? "frustration F̃ − 1" : "frustration: no other minimum is joined");
    this.#marks(g, width, height, middle, excess);
  }

  #panel(g, top, bottom, width, series, caption) {
    const theme = this.theme.colours, {temperature} = this.state.landscape.arrays;
    const [, high] = extent(series.flatMap(([values]) => [...values]));
    const y = scaleLinear().domain([0, high * 1.08 || 1]).range([bottom, top]);
    g.font = `11px ${FONT}`;
    g.textBaseline = "middle";
    g.textAlign = "right";
    const ticks = y.ticks(Math.max(2, Math.floor((bottom - top) / 40))), format = tickFormat(y, ticks.length);
    g.lineWidth = 1;
    for (const tick of ticks) {
      line(g, theme.line, MARGINS.left, Math.round(y(tick)) + 0.5, width - MARGINS.right, Math.round(y(tick)) + 0.5);
      g.fillStyle = theme.muted;
      g.fillText(format(tick), MARGINS.left - 8, y(tick));
    }
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    g.fillText(caption, 8, top - 9);
    for (const [values, colour, thick, dash] of series) {
      g.setLineDash(dash);
      g.strokeStyle = colour;
      g.lineWidth = thick;
      g.beginPath();
      let isDown = false;
      temperature.forEach((t, k) => {
        if (!Number.isFinite(values[k])) { isDown = false; return; }
        isDown ? g.lineTo(this.x(t), y(values[k])) : g.moveTo(this.x(t), y(values[k]));
        isDown = true;
      });
      g.stroke();
    }
    g.setLineDash([]);
  }

  #marks(g, width, height, middle, excess) {
    const theme = this.theme.colours, {arrays, notes} = this.state.landscape;
    const y = scaleLinear().domain([0, extent(excess)[1] * 1.08 || 1]).range([middle - 8, MARGINS.top]);
    g.fillStyle = theme.ink;
    arrays.peak_temperature.forEach((t, k) => {
      g.beginPath();
      g.arc(this.x(t), y(arrays.peak_heat_capacity[k] - notes.n_modes), 3, 0, 2 * Math.PI);
      g.fill();
    });
    g.font = `11px ${FONT}`;
    g.textBaseline = "top";
    g.textAlign = "center";
    g.fillStyle = theme.muted;
    const [low, high] = this.x.domain().map(Math.log10), step = Math.ceil((high - low) / Math.max(2, width / 80));
    for (let e = Math.ceil(low); e <= high; e += step) g.fillText(`1e${e}`, this.x(10 ** e), height - MARGINS.bottom + 6);
    g.textAlign = "right";
    g.textBaseline = "alphabetic";
    g.fillText(`temperature, ${notes.unit}`, width - MARGINS.right, height - 6);
    const at = this.x(this.state.temperature);
    g.lineWidth = 1.5;
    line(g, theme.accent, at, MARGINS.top, at, height - MARGINS.bottom);
    const {heatCapacity} = this.state.averages;
    g.fillStyle = theme.accent;
    g.beginPath();
    g.arc(at, y(heatCapacity - notes.n_modes), 4, 0, 2 * Math.PI);
    g.fill();
    g.textAlign = at > width / 2 ? "right" : "left";
    g.fillText(`C_V ${rounded(heatCapacity, 4)}`, at + (at > width / 2 ? -6 : 6), MARGINS.top + 10);
  }

  destroy() { this.surface.destroy(); }
}
