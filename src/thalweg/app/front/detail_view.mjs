// All about the minimum or transition state that is looked at: its columns, and what the host knows besides.
import {element} from "./dom.mjs";
import {DRAWINGS} from "./drawings.mjs";
import {short} from "./numbers.mjs";
import {label} from "./scatter_view.mjs";

export class DetailView {
  constructor(state, theme, host) {
    Object.assign(this, {state, theme, host, name: "detail", answers: new Map()});
    this.box = element("div.detail", {tabindex: 0, role: "region", "aria-label": "Details", "aria-live": "polite"});
    host.heardDetail = answer => {
      this.answers.set(answer.key, answer);
      if (answer.key === this.key) this.#fill();
    };
    this.show();
  }

  heard(what) {
    if (what === "data") this.answers.clear();
    if (["focus", "data", "theme", "selection"].includes(what)) this.show();
    if (what === "temperature" && this.occupied) {
      this.occupied.textContent = short(this.state.landscape.occupation.values[this.state.focus]);
    }
  }

  show() {
    const {state} = this, pair = state.pair();
    const [kind, numbers] = pair ? ["pair", pair]
      : state.focusedState >= 0 ? ["transition state", [state.focusedState]]
      : state.focus >= 0 ? ["minimum", [state.focus]] : ["", []];
    const {landscape} = state, asked = numbers.map(n => kind === "transition state" ? landscape.stateNumber(n) : landscape.number(n));
    this.key = kind && `${kind} ${asked.join(" ")}`;
    Object.assign(this, {kind, numbers, asked});
    if (kind && this.host.hasDetails && !this.answers.has(this.key)) {
      clearTimeout(this.asking);
      // Arrow keys may run past many minima: the last one is asked for.
      this.asking = setTimeout(() => this.host.askDetail(kind, asked, this.key), 120);
    }
    this.#fill();
  }

  #fill() {
    const {kind, numbers, asked, state} = this, answer = this.answers.get(this.key);
    this.occupied = null;
    if (!kind) {
      this.box.replaceChildren(element("p.hint", {}, "Point at the tree, click a branch for its subtree, a foot for its minimum; choose two minima for the path between them."));
      return;
    }
    const title = kind === "pair" ? `Minima ${asked.join(" and ")}` : `${kind[0].toUpperCase()}${kind.slice(1)} ${asked[0]}`;
    const own = kind === "minimum" ? this.#columns(numbers[0]) : kind === "pair" ? this.#both(numbers) : this.#ofState(numbers[0]);
    const sections = (answer?.sections ?? []).map(section => this.#section(section));
    const note = answer?.error ?? (answer || !this.host.hasDetails ? this.host.noDetails?.(this.key) : "…");
    this.box.replaceChildren(element("h2", {}, title), own, ...sections, ...(note ? [element("p.hint", {}, note)] : []));
  }

  #columns(minimum) {
    return list(this.state.landscape.columns.map(column => {
      const value = element("dd", {}, label(column, minimum));
      if (column.name === "occupation") this.occupied = value;
      return [column.name, value, column.meaning];
    }));
  }

  #both([a, b]) {
    const rows = this.state.landscape.columns.map(column => element("tr", {},
      element("th", {scope: "row"}, column.name), element("td", {}, label(column, a)), element("td", {}, label(column, b))));
    const head = element("tr", {}, element("td"), ...[a, b].map(i => element("th", {scope: "col"}, String(this.state.landscape.number(i)))));
    return element("table", {}, head, ...rows);
  }

  #ofState(state) {
    const {edge, barrier_loss: losses} = this.state.landscape.arrays;
    const [a, b] = [edge[2 * state], edge[2 * state + 1]], {loss} = this.state.landscape;
    return list([["loss", element("dd", {}, short(losses[state])), this.state.landscape.notes.unit],
      [`above minimum ${this.state.landscape.number(a)}`, element("dd", {}, short(losses[state] - loss[a]))],
      [`above minimum ${this.state.landscape.number(b)}`, element("dd", {}, short(losses[state] - loss[b]))]]);
  }

  #section(section) {
    const draw = DRAWINGS[section.kind];
    return element("section", {}, element("h3", {}, section.title),
      draw ? draw(section, this.theme.colours, this.state.landscape) : element("p.hint", {}, `no drawing for ${section.kind}`),
      section.note ? element("p.hint", {}, section.note) : null);
  }

  destroy() { clearTimeout(this.asking); }
}

export function list(rows) {
  return element("dl", {}, ...rows.flatMap(([name, value, meaning]) =>
    [element("dt", {title: meaning ?? ""}, name), typeof value === "string" ? element("dd", {}, value) : value]));
}
