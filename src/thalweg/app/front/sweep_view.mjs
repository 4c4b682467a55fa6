// The values of a sweep with a slider, and the folds between them.
import {element} from "./dom.mjs";
import {rounded} from "./numbers.mjs";

/** As a person who chose it would write it. */
const plain = value => rounded(value, 6);

export class SweepView {
  /** notes of the comparison; show(k) shows the k-th landscape beside the next; look(fold) the minimum of a fold. */
  constructor({names, values, parameter, folds}, show, look) {
    Object.assign(this, {names, values, folds});
    this.last = names.length - 1;
    this.slider = element("input", {type: "range", min: 0, max: this.last - 1, step: 1, "aria-label": parameter || "landscape",
      oninput: event => show(Number(event.target.value))});
    // The thumb stands over the first of the two that are shown: the last one is never the first.
    this.slider.style.width = `calc(${100 * (this.last - 1) / this.last}% + 16px)`;
    this.ticks = names.map((name, k) => {
      const tick = element("span", {title: name}, values ? plain(values[k]) : String(k + 1));
      tick.style.left = `${100 * k / this.last}%`;
      return tick;
    });
    const marks = folds.map(fold => {
      const text = `${fold.kind} of a minimum at ${plain(fold.value)}`;
      const mark = element("button", {title: text, "aria-label": text, onclick: () => look(fold, this.#intervalOf(fold.value))}, fold.kind === "birth" ? "▲" : "▼");
      mark.style.left = `${100 * this.#placeOf(fold.value) / this.last}%`;
      return mark;
    });
    this.between = element("p.between", {role: "status"});
    this.box = element("div", {}, element("div.sweep", {}, folds.length ? element("div.folds", {role: "group", "aria-label": "folds"}, ...marks) : null,
      this.slider, element("div.values", {"aria-hidden": "true"}, ...this.ticks)), values ? this.between : null);
  }

  #intervalOf(value) {
    const after = this.values.findIndex(one => one >= value);
    return Math.max(0, Math.min(this.last - 1, (after < 0 ? this.last : after) - 1));
  }

  /** Where a value stands among the landscapes, which stand at equal distances. */
  #placeOf(value) {
    const k = this.#intervalOf(value), [a, b] = [this.values[k], this.values[k + 1]];
    return k + Math.max(0, Math.min(1, (value - a) / (b - a)));
  }

  shown(left, right) {
    if (right === left + 1) this.slider.value = left;
    this.slider.setAttribute("aria-valuetext", `${this.names[left]} beside ${this.names[right]}`);
    this.ticks.forEach((tick, k) => tick.classList.toggle("shown", k === left || k === right));
    if (!this.values) return;
    const [low, high] = [left, right].map(k => this.values[k]).sort((a, b) => a - b);
    const here = this.folds.filter(({value}) => low <= value && value <= high);
    this.between.textContent = `Between ${plain(low)} and ${plain(high)}: ${here.length ? here.map(({kind, value}) => `${kind} at ${plain(value)}`).join(", ") : "no fold"}.`;
  }
}
