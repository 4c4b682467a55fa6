// What the colours mean: a scale, or the names of groups, which choose their minima when they are clicked.
import {element} from "./dom.mjs";
import {grouped} from "./numbers.mjs";

export class Legend {
  constructor(state, colouring) {
    Object.assign(this, {state, colouring, name: "legend"});
    this.box = element("div.legend", {hidden: true});
  }

  heard(what) {
    const isLive = what === "temperature" && this.state.colourColumn?.name === "occupation";
    if (!isLive && !["data", "colourBy", "theme"].includes(what)) return;
    const colouring = this.colouring(), legend = colouring?.legend;
    this.box.hidden = !legend;
    if (!legend) return;
    this.box.replaceChildren(element("span.name", {}, legend.name), ...(legend.entries ? this.#groups(legend.entries) : this.#scale(legend, colouring.colours)));
  }

  #scale({lowText, highText, note}, colours) {
    const bar = element("span.bar", {"aria-hidden": "true"});
    bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
    return [element("span", {}, lowText), bar, element("span", {}, highText),
      note ? element("span.missing", {}, note) : ""];
  }

  #groups(entries) {
    return entries.map(({name, colour, n, group}) => {
      const swatch = element("i", {"aria-hidden": "true"});
      swatch.style.background = colour;
      const {values} = this.state.colourColumn;
      const choose = () => this.state.select(Array.from(values.keys()).filter(i => values[i] === group));
      return element("button.entry", {title: name, disabled: group < 0, onclick: choose}, swatch, element("span", {}, name), n === null ? "" : element("small", {}, grouped(n)));
    });
  }
}
