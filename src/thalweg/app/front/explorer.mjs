// The explorer: header, tools, the linked views, and what they have in common.
import {addressOf, readAddress} from "./address.mjs";
import {DetailView} from "./detail_view.mjs";
import {download, element, options} from "./dom.mjs";
import {HELP} from "./help.mjs";
import {HistogramView} from "./histogram_view.mjs";
import {Landscape} from "./landscape.mjs";
import {Legend} from "./legend.mjs";
import {clippingOf, grouped, rangesToText, short} from "./numbers.mjs";
import {PathView} from "./path_view.mjs";
import {ScatterView} from "./scatter_view.mjs";
import {State} from "./state.mjs";
import {STYLE} from "./style.mjs";
import {TableView} from "./table_view.mjs";
import {TemperatureView} from "./temperature_view.mjs";
import {Theme} from "./theme.mjs";
import {TreeView} from "./tree_view.mjs";

const STEPS = 400;

export class Explorer {
  /** landscape and home are those of the model, unless it is one of two that stand side by side. */
  constructor(model, place, {landscape, home, lossRange} = {}) {
    this.model = model;
    this.options = {...model.get("options"), ...(home ? {home} : {})};
    this.hasAddress = ["live", "file"].includes(this.options.home);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root = element("div.explorer", {"data-home": this.options.home ?? "notebook"});
    const shadow = place.shadowRoot ?? place.attachShadow({mode: "open"});
    shadow.adoptedStyleSheets = [sheet];
    shadow.replaceChildren(this.root);
    this.theme = new Theme(this.root, () => this.state?.tell("theme"));
    this.state = new State(landscape ?? new Landscape(model.get("data")));
    this.state.lossRange = lossRange;
    this.#build();
    this.state.listen(what => this.#heard(what));
    this.#listenToModel();
    if (model.get("selection")?.length) this.modelHears["change:selection"]();
    if (this.hasAddress) readAddress(this.state, this.theme, this);
    this.#heard("data");
    this.#heard("theme");
  }

  /** Show another landscape; matched(minimum) is its number there, or −1. */
  change(model, landscape, matched) {
    for (const [event, hear] of Object.entries(this.modelHears)) this.model.off(event, hear);
    this.model = model;
    this.host.hasDetails = Boolean(model.get("options").details);
    this.#listenToModel();
    this.state.replace(landscape, matched);
    this.state.tell("data");
  }

  // ---- parts ---------------------------------------------------------------------------------------

  #build() {
    const {state, theme} = this, say = (text, event) => this.#say(text, event);
    const host = {hasDetails: Boolean(this.options.details),
      askDetail: (of, numbers, key) => this.model.send({kind: "detail", of, numbers, key})};
    this.host = host;
    this.tree = new TreeView(state, theme, say);
    this.plots = [new ScatterView(state, theme, say), new HistogramView(state, theme, say),
      new TemperatureView(state, theme, say), new PathView(state, theme, say)];
    this.table = new TableView(state, say);
    this.detail = new DetailView(state, theme, host);
    this.legend = new Legend(state, () => this.tree.colours);
    this.views = [this.tree, ...this.plots, this.table, this.detail, this.legend];
    this.tip = element("div.tip", {hidden: true});
    this.status = element("div.status", {role: "status"});
    this.root.append(this.#header(), this.#treeCard(), this.#plotCard(), this.#detailCard(), this.#tableCard(), this.tip, this.#help());
    this.root.addEventListener("keydown", event => this.#key(event));
  }

  #header() {
    this.title = element("h1", {});
    this.counts = element("p.counts", {});
    this.live = element("span.live", {hidden: true, title: "follows the landscape"}, "live");
    const button = (text, label, onclick) => element("button.quiet", {title: label, "aria-label": label, onclick}, text);
    return element("header", {}, element("div.title", {}, this.title, this.counts), this.live, this.status,
      button("◐", "Light or dark", () => this.theme.toggle()), button("?", "Keys", () => this.showHelp()));
  }

  #treeCard() {
    const {state} = this;
    this.colourSelect = element("select", {"aria-label": "Colour by", onchange: event => state.set("colourBy", Number(event.target.value))});
    const check = (text, name, title) => {
      const box = element("input", {type: "checkbox", onchange: event => state.set(name, event.target.checked)});
      this[`${name}Box`] = box;
      return element("label.check", {title}, box, text);
    };
    this.slider = element("input", {type: "range", min: 0, max: STEPS, "aria-label": "Temperature",
      oninput: event => { state.isTemperatureSet = true; state.setTemperature(this.#temperatureAt(Number(event.target.value))); }});
    this.temperatureText = element("output", {});
    this.widthsTool = check("widths", "hasWidths", "width of branches by occupation at T");
    this.temperatureTools = element("div.group.wide", {}, element("label.slider", {}, "T", this.slider), this.temperatureText, this.widthsTool);
    this.boxButton = element("button", {title: "A drag chooses, instead of moving (or hold Shift)", "aria-pressed": "false",
      onclick: () => { state.boxMode = !state.boxMode; this.root.toggleAttribute("data-box", state.boxMode); this.boxButton.setAttribute("aria-pressed", String(state.boxMode)); }}, "Box");
    const tools = element("div.tools", {},
      element("label", {}, "Colour ", this.colourSelect), this.temperatureTools,
      check("names", "hasNames", "names level_node where superbasins part"),
      element("div.group", {}, this.boxButton,
        element("button", {title: "Zoom to the selection (z)", onclick: () => this.tree.showSelection()}, "Zoom"),
        element("button", {title: "Collapse the superbasins below the ruler, or the selected one (c)", onclick: () => this.#fold()}, "Fold"),
        element("button", {title: "Expand all (e)", onclick: () => state.set("collapsed", [])}, "Unfold"),
        element("button", {title: "A level across the tree (r)", onclick: () => this.#ruler()}, "Ruler"),
        element("button", {title: "The whole tree (0)", onclick: () => this.tree.reset()}, "Reset"),
        this.#saving(this.tree)));
    this.openTools = element("div.group", {hidden: true},
      element("button", {title: "Draw the minima that the selected ones stand for as well", onclick: () => this.open()}, "Open"),
      element("button", {title: "Draw the deepest minima alone", onclick: () => this.model.open([])}, "Close"));
    tools.querySelector(".group:last-child").before(this.openTools);
    this.note = element("p.note", {hidden: true});
    return card("tree", tools, this.tree.surface.box, this.legend.box, this.note);
  }

  #plotCard() {
    const tabs = element("div.tabs", {role: "tablist"}), bodies = element("div.bodies", {});
    this.tabs = this.plots.map((plot, k) => {
      const text = {scatter: "Scatter", histogram: "Histogram", temperature: "Heat capacity", path: "Path"}[plot.name];
      const tab = element("button", {role: "tab", onclick: () => this.show(k), "data-plot": plot.name}, text);
      tab.addEventListener("keydown", event => {
        const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
        if (step) { this.show((k + step + this.plots.length) % this.plots.length); this.tabs[this.shown].focus(); event.preventDefault(); }
      });
      tabs.append(tab);
      bodies.append(plot.surface.box);
      return tab;
    });
    const axis = (label, change) => element("select", {"aria-label": label, onchange: event => change(Number(event.target.value))});
    const [scatter, histogram] = this.plots;
    this.xSelect = axis("Horizontal", k => scatter.show([k, scatter.columns[1]]));
    this.ySelect = axis("Vertical", k => scatter.show([scatter.columns[0], k]));
    this.histogramSelect = axis("Column", k => histogram.show(k));
    this.axisTools = [element("span.axes", {}, this.ySelect, " over ", this.xSelect), element("span.axes", {}, this.histogramSelect), null, null];
    const tools = element("div.tools", {}, tabs, ...this.axisTools.filter(Boolean), this.#saving(() => this.plots[this.shown]));
    const made = card("plot", tools, bodies);
    this.show(0);
    return made;
  }

  show(k) {
    this.shown = k;
    this.tabs.forEach((tab, j) => {
      tab.setAttribute("aria-selected", String(j === k));
      tab.tabIndex = j === k ? 0 : -1;
      this.plots[j].surface.box.hidden = j !== k;
      if (this.axisTools?.[j]) this.axisTools[j].hidden = j !== k;
    });
    this.plots[k].surface.request();
  }

  #detailCard() { return card("details", null, this.detail.box); }

  #tableCard() {
    this.search = element("input", {type: "search", placeholder: "filter: loss < 0.3 and hits > 2", "aria-label": "Filter the table",
      oninput: event => this.filter(event.target.value)});
    this.rowCount = element("span.count", {});
    this.table.arranged = () => { this.rowCount.textContent = `${grouped(this.table.rows.length)} row${this.table.rows.length === 1 ? "" : "s"}`; };
    this.table.arranged();
    const only = element("input", {type: "checkbox", onchange: event => { this.table.onlySelected = event.target.checked; this.table.replaced(); }});
    const tools = element("div.tools", {}, this.search, this.rowCount, element("label.check", {}, only, "selected only"),
      element("button", {title: "Select the rows that the filter leaves", onclick: () => this.state.select(this.table.rows)}, "Select"),
      element("div.group", {}, element("button", {title: "The selection as CSV, or all rows", onclick: () => download("minima.csv", new Blob([this.table.csv()], {type: "text/csv"}))}, "CSV"),
        this.options.parquet ? element("button", {title: "The selection as Parquet, or all rows", onclick: () => this.#parquet()}, "Parquet") : null));
    return card("rows", tools, this.table.box);
  }

  filter(text) {
    if (this.search.value !== text) this.search.value = text;
    this.search.setAttribute("aria-invalid", String(!this.table.setFilter(text)));
    this.#address();
  }

  #saving(view) {
    const of = () => (typeof view === "function" ? view() : view);
    return element("div.group", {},
      element("button", {title: "This view as PNG", onclick: async () => download(`${of().name}.png`, await of().surface.png())}, "PNG"),
      element("button", {title: "This view as SVG", onclick: () => download(`${of().name}.svg`, of().surface.svg())}, "SVG"));
  }

  #parquet() {
    const chosen = this.state.nSelected ? this.state.selectedMinima() : this.table.rows.slice().sort((a, b) => a - b);
    const ranges = rangesToText(chosen);
    if (ranges.length > 30000) return this.#say("The selection is too scattered for an address; take CSV.", null);
    const at = this.state.landscape.hasOccupation ? this.state.temperature : "";
    element("a", {href: this.model.parquet(ranges, at), download: "minima.parquet"}).click();
  }

  #help() {
    this.helpBox = element("dialog", {"aria-label": "Keys"}, element("h2", {}, "Keys and gestures"),
      element("dl", {}, ...HELP.flatMap(([keys, meaning]) => [element("dt", {}, keys), element("dd", {}, meaning)])),
      element("button", {onclick: () => this.helpBox.close()}, "Close"));
    return this.helpBox;
  }

  showHelp() { this.helpBox.showModal(); }

  /** Ask for the deepest of the minima that the selected ones stand for. */
  open() {
    const {landscape} = this.state, chosen = this.state.selectedMinima().filter(i => landscape.counts[i] > 1);
    if (!chosen.length) return this.#say("Choose minima that stand for others: the column “minima” says for how many.", null);
    this.#say("…", null);
    this.model.open([...landscape.notes.opened, chosen.map(i => landscape.number(i))]);
  }

  #fold() {
    const {state} = this;
    if (state.ruler !== null) this.tree.foldBelow(state.ruler);
    else this.tree.surface.canvas.dispatchEvent(new KeyboardEvent("keydown", {key: "c"}));
  }

  #ruler() { this.tree.surface.canvas.dispatchEvent(new KeyboardEvent("keydown", {key: "r"})); }

  // ---- what changes --------------------------------------------------------------------------------

  #heard(what) {
    for (const view of this.views) view.heard(what);
    if (what === "data") this.#described();
    if (what === "temperature" || what === "data") this.#showTemperature();
    if (what === "selection" || what === "data") this.#tellModel();
    if (["data", "colourBy", "hasWidths", "hasNames"].includes(what)) {
      this.colourSelect.value = this.state.colourBy;
      for (const name of ["hasWidths", "hasNames"]) this[`${name}Box`].checked = this.state[name];
    }
    if (what !== "hover") this.#address();
  }

  #described() {
    const {notes, columns} = this.state.landscape, names = columns.map((column, k) => [k, column.name]);
    this.title.textContent = notes.title || "Landscape";
    this.title.title = notes.title;
    const apart = notes.n_minima - notes.n_joined;
    const isPart = this.state.landscape.isPart, [nMinima, nStates] = isPart ? [notes.n_all_minima, notes.n_all_transition_states] : [notes.n_minima, notes.n_transition_states];
    this.counts.textContent = [`${grouped(nMinima)} minim${nMinima === 1 ? "um" : "a"}`,
      `${grouped(nStates)} transition state${nStates === 1 ? "" : "s"}`, isPart ? `${grouped(notes.n_minima)} drawn` : "",
      apart ? `${grouped(apart)} not joined` : "", `lowest ${short(this.state.landscape.lowest)}`].filter(Boolean).join(" · ");
    const canOpen = isPart && Boolean(this.model.open);
    this.openTools.hidden = !canOpen;
    const how = canOpen ? "Choose minima and Open them to see what they stand for." : "`thalweg view` opens more.";
    this.note.textContent = [clippingOf(notes), notes.left_out, isPart ? how : ""].filter(Boolean).join(" ");
    this.note.hidden = !this.note.textContent;
    options(this.colourSelect, [[-1, "none"], ...names], this.state.colourBy);
    const [scatter, histogram] = this.plots;
    options(this.xSelect, names, scatter.columns[0]);
    options(this.ySelect, names, scatter.columns[1]);
    options(this.histogramSelect, names, histogram.column);
    this.temperatureTools.hidden = !notes.has_temperature;
    this.widthsTool.hidden = !this.state.landscape.hasOccupation;
  }

  #temperatureAt(step) {
    const grid = this.state.landscape.arrays.temperature, [low, high] = [grid[0], grid.at(-1)].map(Math.log);
    return Math.exp(low + (high - low) * step / STEPS);
  }

  #showTemperature() {
    const grid = this.state.landscape.arrays.temperature;
    if (!grid) return;
    const [low, high] = [grid[0], grid.at(-1)].map(Math.log);
    this.slider.value = Math.round(STEPS * (Math.log(this.state.temperature) - low) / (high - low));
    this.temperatureText.textContent = Number(this.state.temperature.toPrecision(3)).toString();
    this.slider.setAttribute("aria-valuetext", this.temperatureText.textContent);
  }

  #listenToModel() {
    const {model} = this;
    this.modelHears = {
      "change:data": () => {
        const former = this.state.landscape, landscape = new Landscape(model.get("data"));
        // Ids never change; indices do where not all minima are here.
        const isSame = former.arrays.minimum_id.every((id, i) => landscape.arrays.minimum_id[i] === id);
        const at = i => landscape.indexOfId.get(former.arrays.minimum_id[i]) ?? -1;
        this.state.replace(landscape, isSame ? null : at);
        this.state.tell("data");
        const hasMore = landscape.notes.opened?.length !== former.notes.opened?.length;
        this.#say(hasMore ? `${grouped(landscape.n)} minima are drawn.` : "The landscape has grown.", null);
        if (hasMore && this.state.nSelected) this.tree.showSelection();
      },
      "change:selection": () => {
        const {indexOfId} = this.state.landscape;
        const minima = model.get("selection").map(id => indexOfId.get(id)).filter(i => i !== undefined);
        if (rangesToText(minima.sort((a, b) => a - b)) !== rangesToText(this.state.selectedMinima())) this.state.select(minima);
      },
      "msg:custom": answer => answer.kind === "open" ? this.#say(answer.error, null) : this.host.heardDetail?.(answer),
      live: (isThere, reason) => {
        this.live.hidden = false;
        this.live.classList.toggle("gone", !isThere);
        this.live.textContent = isThere ? "live" : "not connected";
        this.live.title = reason ?? "follows the landscape";
      },
    };
    for (const [event, hear] of Object.entries(this.modelHears)) model.on(event, hear);
    if (this.options.home === "live") this.live.hidden = false;
  }

  #tellModel() {
    const ids = this.state.selectedMinima().map(i => this.state.landscape.arrays.minimum_id[i]);
    this.model.set("selection", ids);
    this.model.save_changes();
  }

  #address() {
    const {nSelected} = this.state;
    const chosen = nSelected ? `${grouped(nSelected)} selected` : "";
    this.root.dataset.selected = nSelected;
    this.baseStatus = chosen;
    if (!this.said) this.status.textContent = chosen;
    if (!this.hasAddress) return;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const {hash, fits} = addressOf(this.state, this.theme, this.search.value);
      if (!fits) this.status.textContent = `${chosen}: too scattered for the address`;
      history.replaceState(null, "", hash === "#" ? location.pathname + location.search : hash);
    }, 200);
  }

  /** A text at the pointer if there is one, and for screen readers. */
  #say(text, event) {
    this.said = text && !event ? text : "";
    this.status.textContent = text && !event ? text : this.baseStatus ?? "";
    this.tip.hidden = !text || !event;
    if (this.tip.hidden) return;
    const bounds = this.root.getBoundingClientRect();
    this.tip.textContent = text;
    const x = event.clientX - bounds.left, isRight = x > bounds.width - 240;
    this.tip.style.left = isRight ? "" : `${x + 14}px`;
    this.tip.style.right = isRight ? `${bounds.width - x + 10}px` : "";
    this.tip.style.top = `${event.clientY - bounds.top + 14}px`;
  }

  #key(event) {
    const target = event.composedPath()[0];
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || event.ctrlKey || event.metaKey) return;
    const actions = {"?": () => this.showHelp(), "/": () => this.search.focus(), t: () => this.theme.toggle(),
      n: () => this.state.set("hasNames", !this.state.hasNames), w: () => this.state.set("hasWidths", !this.state.hasWidths),
      g: () => this.tree.surface.canvas.focus()};
    if (!actions[event.key]) return;
    actions[event.key]();
    event.preventDefault();
  }

  destroy() {
    for (const [event, hear] of Object.entries(this.modelHears)) this.model.off(event, hear);
    for (const view of this.views) view.destroy?.();
    this.theme.destroy();
    clearTimeout(this.writing);
    clearTimeout(this.model.timer);
    this.root.remove();
  }
}

function card(name, tools, ...children) {
  return element(`section.card.${name}`, {}, tools, ...children);
}
