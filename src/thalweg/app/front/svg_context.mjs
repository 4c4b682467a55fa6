// The part of a canvas context that the drawings use, writing SVG: one drawing, both outputs.

const escaped = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
const n = value => Math.round(100 * value) / 100;

export class SvgContext {
  constructor(width, height) {
    Object.assign(this, {width, height, body: [], path: [], stack: [], dash: [], clips: 0});
    Object.assign(this, {strokeStyle: "#000", fillStyle: "#000", lineWidth: 1, font: "12px sans-serif",
      textAlign: "left", textBaseline: "alphabetic", globalAlpha: 1, lineCap: "butt", lineJoin: "miter"});
    this.measure = document.createElement("canvas").getContext("2d");
    this.transform = "";
  }

  beginPath() { this.path = []; }
  moveTo(x, y) { this.path.push(`M${n(x)} ${n(y)}`); }
  lineTo(x, y) { this.path.push(`L${n(x)} ${n(y)}`); }
  quadraticCurveTo(a, b, x, y) { this.path.push(`Q${n(a)} ${n(b)} ${n(x)} ${n(y)}`); }
  closePath() { this.path.push("Z"); }
  rect(x, y, w, h) { this.path.push(`M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`); }
  arc(x, y, r) { this.path.push(`M${n(x + r)} ${n(y)}A${n(r)} ${n(r)} 0 1 1 ${n(x - r)} ${n(y)}A${n(r)} ${n(r)} 0 1 1 ${n(x + r)} ${n(y)}`); }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.#add(`<path d="${this.path.join("")}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" stroke-linecap="${this.lineCap}"${dash}`);
  }
  fill() { this.#add(`<path d="${this.path.join("")}" fill="${this.fillStyle}"`); }
  fillRect(x, y, w, h) { this.#add(`<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${this.fillStyle}"`); }
  strokeRect(x, y, w, h) { this.beginPath(); this.rect(x, y, w, h); this.stroke(); }
  clearRect() {}
  setLineDash(dash) { this.dash = dash; }
  clip() {
    const id = `clip${++this.clips}`;
    this.body.push(`<clipPath id="${id}"><path d="${this.path.join("")}"/></clipPath>`);
    this.clipping = id;
  }
  measureText(text) { this.measure.font = this.font; return this.measure.measureText(text); }
  fillText(text, x, y) {
    const anchor = {left: "start", center: "middle", right: "end"}[this.textAlign];
    const dy = {alphabetic: 0, middle: 0.35, top: 0.8, bottom: -0.2}[this.textBaseline] ?? 0;
    const [, size, family] = /([\d.]+)px (.*)/.exec(this.font);
    const weight = /^\d+ /.test(this.font) ? ` font-weight="${parseInt(this.font, 10)}"` : "";
    this.#add(`<text x="${n(x)}" y="${n(y + dy * size)}" text-anchor="${anchor}" font-size="${size}" font-family="${escaped(family)}"${weight} fill="${this.fillStyle}"`, escaped(text));
  }
  save() {
    const {strokeStyle, fillStyle, lineWidth, font, textAlign, textBaseline, globalAlpha, dash, clipping, lineCap, transform} = this;
    this.stack.push({strokeStyle, fillStyle, lineWidth, font, textAlign, textBaseline, globalAlpha, dash, clipping, lineCap, transform});
  }
  restore() { Object.assign(this, this.stack.pop()); }
  translate(x, y) { this.transform += `translate(${n(x)} ${n(y)})`; }
  rotate(angle) { this.transform += `rotate(${n(angle * 180 / Math.PI)})`; }
  setTransform() { this.transform = ""; }
  drawImage(source, x, y, w, h) { this.#add(`<image href="${source.toDataURL()}" x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" preserveAspectRatio="none" style="image-rendering:pixelated"`); }

  #add(open, text) {
    const clip = this.clipping ? ` clip-path="url(#${this.clipping})"` : "";
    const opacity = this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
    const transform = this.transform ? ` transform="${this.transform}"` : "";
    this.body.push(`${open}${clip}${opacity}${transform}${text === undefined ? "/>" : `>${text}</text>`}`);
  }

  toString() {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">${this.body.join("\n")}</svg>`;
  }
}
