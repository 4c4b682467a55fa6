// Two landscapes side by side, with the minima matched that are one; of several a slider goes through them.
import {COMPARISON_STYLE} from "./comparison_style.mjs";
import {element, options} from "./dom.mjs";
import {Explorer} from "./explorer.mjs";
import {Landscape} from "./landscape.mjs";
import {matchesOf, setMatchedColumns} from "./matched_columns.mjs";
import {grouped, limits} from "./numbers.mjs";
import {STYLE} from "./style.mjs";
import {SweepView} from "./sweep_view.mjs";
import {Theme} from "./theme.mjs";

const SIDES = ["Left", "Right"];
const NARROW = 800;

export class Comparison {
  /** host: {home, notes, modelOf(k), chose(k, ids)?}. */
  constructor(host, place) {
    Object.assign(this, {host, notes: host.notes});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE + COMPARISON_STYLE);
    this.root = element("div.comparison", {"data-home": host.home});
    const shadow = place.shadowRoot ?? place.attachShadow({mode: "open"});
    shadow.adoptedStyleSheets = [sheet];
    shadow.replaceChildren(this.root);
    this.theme = new Theme(this.root, () => this.panes?.forEach(({explorer}) => explorer?.theme.choose(this.theme.colours.name)));
    this.isNarrow = this.root.clientWidth < NARROW;
    this.#build();
    const given = new URLSearchParams(host.home === "notebook" ? "" : location.hash.slice(1));
    const asked = SIDES.map((side, k) => Number(given.get(side.toLowerCase()) ?? k));
    this.ready = this.show(...asked.map((k, side) => Number.isInteger(k) && k >= 0 && k < this.notes.names.length ? k : side));
    this.ready.catch(error => this.root.append(element("p", {role: "alert"}, error.message)));
  }

  #build() {
    const {notes} = this, names = notes.names.map((name, k) => [k, name]);
    const check = (text, title, isOn, changed) => {
      const box = element("input", {type: "checkbox", checked: isOn, onchange: event => changed(event.target.checked)});
      return element("label.check", {title}, box, text);
    };
    const button = (text, label, onclick) => element("button.quiet", {title: label, "aria-label": label, onclick}, text);
    [this.isLinked, this.isOneAxis, this.showsTreesOnly] = [true, true, this.isNarrow];
    this.statement = element("p.statement", {role: "status"});
    this.panes = SIDES.map((side, number) => {
      const select = element("select", {"aria-label": `${side} landscape`, onchange: event => this.#showOn(number, Number(event.target.value))});
      options(select, names, number);
      const place = element("div", {});
      return {side, select, place, box: element("section.pane", {"aria-label": `${side} landscape`}, element("p.name", {}, select), place)};
    });
    this.sweep = names.length > 2 || notes.folds.length
      ? new SweepView(notes, k => this.show(k, k + 1), (fold, k) => this.#lookAt(fold, k)) : null;
    this.root.append(
      element("header", {}, element("div.title", {}, element("h1", {}, this.#title())),
        button("◐", "Light or dark", () => this.theme.toggle()), button("?", "Keys", () => this.panes[0].explorer?.showHelp())),
      this.statement,
      element("div.tools", {},
        check("linked", "what is chosen on one side is chosen on the other", true, isOn => { this.isLinked = isOn; }),
        check("one loss axis", "both trees over the same losses", true, isOn => { this.isOneAxis = isOn; this.#setAxes(); }),
        check("trees only", "without plots and tables", this.showsTreesOnly, isOn => { this.showsTreesOnly = isOn; this.#setParts(); })),
      this.sweep?.box ?? "",
      element("div.panes", {}, ...this.panes.map(pane => pane.box)));
  }

  #title() {
    const {names, parameter} = this.notes;
    return names.length > 2 ? `${names.length} landscapes${parameter ? ` over ${parameter}` : ""}` : names.join(" | ");
  }

  #showOn(side, k) {
    const shown = [...this.shown];
    shown[side] = k;
    return this.show(...shown);
  }

  /** Show two of the landscapes, by number; what was chosen stays chosen where it is matched. */
  async show(left, right) {
    const turn = this.turn = (this.turn ?? 0) + 1;
    const models = await Promise.all([left, right].map(k => this.host.modelOf(k)));
    if (turn !== this.turn) return;  // another was asked for meanwhile
    this.shown = [left, right];
    const landscapes = models.map(model => new Landscape(model.get("data")));
    const [a, b] = landscapes;
    this.matches = [matchesOf(a, b), matchesOf(b, a)];
    if (this.notes.are_matched) landscapes.forEach((one, side) => setMatchedColumns(one, landscapes[1 - side], this.matches[side]));
    this.lossRange = limits(landscapes.flatMap(({arrays}) => [arrays.level_loss[0], ...limits(arrays.drawn_loss)]));
    this.isTelling = true;
    this.panes.forEach((pane, side) => this.#fill(pane, side, models[side], landscapes[side]));
    this.isTelling = false;
    this.#setParts();
    this.#said();
  }

  #fill(pane, side, model, landscape) {
    const lossRange = this.isOneAxis ? this.lossRange : undefined;
    pane.select.value = this.shown[side];
    if (pane.explorer) {
      const matches = matchesOf(pane.explorer.state.landscape, landscape);
      pane.explorer.state.lossRange = lossRange;
      pane.explorer.change(model, landscape, minimum => matches[minimum]);
      return;
    }
    pane.explorer = new Explorer(model, pane.place, {landscape, home: "pane", lossRange});
    if (this.theme.chosen) pane.explorer.theme.choose(this.theme.chosen);
    const column = landscape.columns.findIndex(one => one.name === "match");
    if (column >= 0) pane.explorer.state.set("colourBy", column);
    pane.explorer.state.listen(what => this.#heard(side, what));
  }

  /** What happens on one side happens on the other, to the minima that are one. */
  #heard(side, what) {
    if (what === "selection") this.host.chose?.(this.shown[side], this.panes[side].explorer.model.get("selection"));
    if (!this.isLinked || this.isTelling) return;
    const {state} = this.panes[side].explorer, other = this.panes[1 - side].explorer.state;
    const match = minimum => minimum < 0 ? -1 : this.matches[side][minimum];
    this.isTelling = true;
    if (what === "selection") other.select(state.selectedMinima().map(match).filter(minimum => minimum >= 0));
    if (what === "hover") other.point(match(state.hover));
    if (what === "focus") other.look(match(state.focus));
    if (what === "temperature" && other.landscape.notes.has_temperature) other.setTemperature(state.temperature);
    if (what === "hasWidths" || what === "hasNames") other.set(what, state[what]);
    if (what === "colourBy") {
      const name = state.colourColumn?.name;
      other.set("colourBy", other.landscape.columns.findIndex(column => column.name === name));
    }
    this.isTelling = false;
  }

  #setAxes() {
    for (const {explorer} of this.panes) explorer?.state.set("lossRange", this.isOneAxis ? this.lossRange : undefined);
  }

  #setParts() {
    for (const {explorer} of this.panes) explorer?.root.toggleAttribute("data-trees-only", this.showsTreesOnly);
  }

  #lookAt(fold, k) {
    return this.show(k, k + 1).then(() => {
      const side = this.notes.values[this.shown[0]] === fold.seen_from ? 0 : 1;
      const {state} = this.panes[side].explorer;
      if (this.notes.values[this.shown[side]] !== fold.seen_from) return;
      const minimum = state.landscape.indexOf(fold.minimum);
      state.select(minimum < 0 ? [] : [minimum]);
      state.look(minimum);
    });
  }

  #said() {
    const [left, right] = this.matches, n = left.filter(match => match >= 0).length;
    const words = this.notes.are_matched ? [`${grouped(n)} minim${n === 1 ? "um" : "a"} in both`,
      `${grouped(left.length - n)} only on the left, ${grouped(right.length - n)} only on the right.`] : [];
    this.statement.replaceChildren(...(words.length ? [element("b", {}, words[0]), `, ${words[1]} `] : []), this.notes.rules.join(" "));
    this.sweep?.shown(...this.shown);
    if (this.host.home !== "notebook") history.replaceState(null, "", `#left=${this.shown[0]}&right=${this.shown[1]}`);
  }

  destroy() {
    for (const {explorer} of this.panes) explorer?.destroy();
    this.theme.destroy();
    this.host.end?.();
    this.root.remove();
  }
}
