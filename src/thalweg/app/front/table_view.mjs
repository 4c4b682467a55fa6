// All minima as a table, of which only the rows in sight exist.
import {element} from "./dom.mjs";
import {filterOf} from "./filter.mjs";
import {label} from "./scatter_view.mjs";

const ROW = 26;
const TALLEST = 12e6;  // pixels, less than the height at which browsers lose places

export class TableView {
  constructor(state, say) {
    Object.assign(this, {state, say, sortBy: 0, isUp: true, filter: "", name: "table"});
    this.header = element("div.head", {role: "row"});
    this.body = element("div.rows", {role: "rowgroup"});
    this.scroller = element("div.table", {role: "grid", tabindex: 0, "aria-label": "Minima"}, this.header, this.body);
    this.box = this.scroller;
    this.scroller.addEventListener("scroll", () => this.request());
    this.scroller.addEventListener("keydown", event => this.#key(event));
    this.scroller.addEventListener("click", event => this.#clicked(event));
    this.scroller.addEventListener("pointerover", event => state.point(Number(event.target.closest("[data-minimum]")?.dataset.minimum ?? -1)));
    this.scroller.addEventListener("pointerleave", () => state.point(-1));
    this.observer = new ResizeObserver(() => this.request());
    this.observer.observe(this.scroller);
    this.replaced();
  }

  replaced() {
    const {columns} = this.state.landscape;
    // Columns may have come between.
    const sorted = columns.findIndex(column => column.name === this.sortName);
    if (this.sortName !== undefined) this.sortBy = sorted;
    this.sortName = columns[this.sortBy]?.name;
    try {
      filterOf(this.filter, this.state.landscape);
    } catch (error) {
      this.say(error.message, null);
      this.filter = "";
    }
    this.header.replaceChildren(...["minimum", ...columns.map(column => column.name)].map((name, k) =>
      element("button", {role: "columnheader", title: k ? columns[k - 1].meaning || name : "number, from 0", "data-column": k - 1,
        onclick: () => this.sort(k - 1)}, name)));
    this.#arrange();
  }

  sort(column) {
    this.isUp = column === this.sortBy ? !this.isUp : true;
    this.sortBy = column;
    this.sortName = this.state.landscape.columns[column]?.name;
    this.#arrange();
  }

  /** Show the minima that fit a text; says what is wrong with it. Returns whether it could be read. */
  setFilter(text) {
    try {
      filterOf(text, this.state.landscape);
    } catch (error) {
      this.say(error.message, null);
      return false;
    }
    this.filter = text;
    this.#arrange();
    return true;
  }

  #arrange() {
    const {landscape} = this.state, test = filterOf(this.filter, landscape);
    const isOnly = this.onlySelected && this.state.nSelected > 0;
    const rows = [];
    for (let i = 0; i < landscape.n; i++) if (test(i) && (!isOnly || this.state.selected[i])) rows.push(i);
    const column = landscape.columns[this.sortBy];
    if (column) {
      // A row without a value stands last, whichever way the others go.
      const values = column.values, sign = this.isUp ? 1 : -1;
      rows.sort((a, b) => {
        const [isA, isB] = [Number.isNaN(values[a]), Number.isNaN(values[b])];
        return isA || isB ? isA - isB || a - b : sign * (values[a] - values[b]) || a - b;
      });
    } else if (!this.isUp) rows.reverse();
    this.rows = rows;
    for (const button of this.header.children) {
      const isSorted = Number(button.dataset.column) === this.sortBy;
      button.setAttribute("aria-sort", !isSorted ? "none" : this.isUp ? "ascending" : "descending");
    }
    this.scroller.setAttribute("aria-rowcount", rows.length + 1);
    this.arranged?.();
    this.request();
  }

  heard(what) {
    if (what === "data") this.replaced();
    if (what === "selection" && this.onlySelected) this.#arrange();
    if (what === "temperature" && this.state.landscape.columns[this.sortBy]?.name === "occupation") this.#arrange();
    if (what === "focus" && this.state.focus >= 0) this.#reveal(this.state.focus);
    if (["selection", "focus", "hover", "temperature", "data"].includes(what)) this.request();
  }

  request() { this.waiting ||= requestAnimationFrame(() => this.#show()); }

  get #squeeze() { return Math.min(1, TALLEST / Math.max(1, this.rows.length * ROW)); }

  #show() {
    this.waiting = 0;
    const {state} = this, {landscape} = state, {columns} = landscape, squeeze = this.#squeeze;
    this.body.style.height = `${this.rows.length * ROW * squeeze}px`;
    this.scroller.style.setProperty("--columns", columns.length);
    const top = this.scroller.scrollTop / squeeze, inSight = Math.ceil(this.scroller.clientHeight / ROW) + 2;
    const first = Math.max(0, Math.min(Math.floor(top / ROW), this.rows.length - inSight + 3));
    const last = Math.min(this.rows.length, first + inSight);
    const rows = [];
    for (let k = first; k < last; k++) {
      const i = this.rows[k];
      const row = element("div.row", {role: "row", "aria-rowindex": k + 2, "aria-selected": String(Boolean(state.selected[i])), "data-minimum": i},
        element("span", {role: "rowheader"}, String(landscape.number(i))),
        ...columns.map(column => element(column.groups ? "span.text" : "span", {role: "gridcell", title: column.groups ? label(column, i) : false}, label(column, i))));
      if (i === state.hover) row.classList.add("hover");
      if (i === state.focus) row.classList.add("focus");
      row.style.top = `${k * ROW - top + this.scroller.scrollTop}px`;
      rows.push(row);
    }
    this.body.replaceChildren(...rows);
  }

  #reveal(minimum) {
    const k = this.rows.indexOf(minimum);
    if (k < 0) return;
    const squeeze = this.#squeeze, top = this.scroller.scrollTop / squeeze, height = this.scroller.clientHeight - ROW;
    if (k * ROW < top || (k + 1) * ROW > top + height) this.scroller.scrollTop = (k * ROW - height / 2) * squeeze;
  }

  #clicked(event) {
    const row = event.target.closest("[data-minimum]");
    if (!row) return;
    const minimum = Number(row.dataset.minimum);
    if (event.shiftKey && this.state.focus >= 0) {
      const [a, b] = [this.rows.indexOf(this.state.focus), this.rows.indexOf(minimum)].sort((p, q) => p - q);
      this.state.select(this.rows.slice(Math.max(a, 0), b + 1));
    } else this.state.select([minimum], event.ctrlKey || event.metaKey ? "toggle" : "only");
    this.state.look(minimum);
  }

  #key(event) {
    const steps = {ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity};
    if (event.target !== this.scroller) return;
    if (event.key in steps && this.rows.length) {
      const here = this.rows.indexOf(this.state.focus);
      const there = Math.max(0, Math.min(this.rows.length - 1, here + steps[event.key]));
      this.state.look(this.rows[there]);
      this.state.select([this.rows[there]], event.shiftKey ? "add" : "only");
    } else if (event.key === "Escape") this.state.select([]);
    else if (event.key === "Enter" && this.state.focus >= 0) this.state.select([this.state.focus], "toggle");
    else return;
    event.preventDefault();
  }

  /** The selection in the order of the rows, or all that the filter leaves: CSV, quoted where needed. */
  csv() {
    const {landscape, nSelected, selected} = this.state;
    const quoted = text => /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const value = (column, i) => column.groups ? quoted(column.groups[column.values[i]])
      : Number.isNaN(column.values[i]) ? "" : String(column.values[i]);
    // An occupation is one at a temperature, which a file has to say.
    const header = column => column === landscape.occupation ? `occupation (T = ${this.state.temperature})` : column.name;
    const lines = [["minimum", "id", ...landscape.columns.map(column => quoted(header(column)))].join(",")];
    // What the filter hides of the selection comes last: it is selected all the same.
    const isShown = new Uint8Array(landscape.n);
    for (const i of this.rows) isShown[i] = 1;
    const chosen = nSelected ? [...this.rows.filter(i => selected[i]), ...this.state.selectedMinima().filter(i => !isShown[i])] : this.rows;
    for (const i of chosen) {
      lines.push([landscape.number(i), landscape.arrays.minimum_id[i], ...landscape.columns.map(column => value(column, i))].join(","));
    }
    return `${lines.join("\n")}\n`;
  }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}
