// What the views share: selection, focus, colours, temperature. Each change tells those who listen.

export class State {
  #listeners = new Set();

  constructor(landscape) {
    this.replace(landscape);
    this.colourBy = -1;
    this.ruler = null;
    this.hasNames = false;
    this.hasWidths = false;
  }

  /** Another landscape, or the same one grown: minima keep their indices unless `matched` says which they are. */
  replace(landscape, matched = null) {
    const there = matched ?? (minimum => minimum < landscape.n ? minimum : -1);
    const former = this.selected, colour = this.landscape && this.colourColumn?.name;
    const {order} = this.landscape ?? {};
    const folded = (this.collapsed ?? []).map(range => order.slice(...range));
    this.landscape = landscape;
    const remaining = folded.map(minima => Array.from(minima, there).filter(minimum => minimum >= 0));
    this.collapsed = remaining.filter(minima => minima.length > 1).map(minima => landscape.superbasinOf(minima));
    // Columns may have come between.
    if (colour) this.colourBy = landscape.columns.findIndex(column => column.name === colour);
    this.selected = new Uint8Array(landscape.n);
    former?.forEach((isSelected, minimum) => {
      if (isSelected && there(minimum) >= 0) this.selected[there(minimum)] = 1;
    });
    this.#count();
    this.hover = -1;
    this.focus = this.focus >= 0 ? there(this.focus) : -1;
    if (matched) this.focusedState = -1;
    const temperatures = landscape.arrays.temperature;
    if (temperatures) {
      const peak = landscape.arrays.peak_temperature;
      this.temperature ??= peak.length ? peak.at(-1) : temperatures[temperatures.length >> 1];
      this.averages = landscape.setTemperature(this.temperature);
    }
  }

  listen(hear) { this.#listeners.add(hear); }

  tell(what) { for (const hear of this.#listeners) hear(what); }

  #count() {
    const places = this.landscape.order;
    this.prefix = new Int32Array(this.landscape.n + 1);
    for (let place = 0; place < places.length; place++) {
      this.prefix[place + 1] = this.prefix[place] + this.selected[places[place]];
    }
    this.nSelected = this.prefix[this.landscape.n];
  }

  /** Choose minima by index; mode: "only" these, "add", "remove" or "toggle". */
  select(minima, mode = "only") {
    if (mode === "only") this.selected.fill(0);
    for (const minimum of minima) {
      this.selected[minimum] = mode === "toggle" ? 1 - this.selected[minimum] : mode === "remove" ? 0 : 1;
    }
    this.#count();
    this.tell("selection");
  }

  selectPlaces(start, stop, mode = "only") {
    this.select(this.landscape.order.subarray(start, stop), mode);
  }

  selectedMinima() {
    const minima = [];
    for (let i = 0; i < this.selected.length; i++) if (this.selected[i]) minima.push(i);
    return minima;
  }

  /** The two minima whose path is shown: two selected ones. */
  pair() { return this.nSelected === 2 ? this.selectedMinima() : null; }

  point(minimum) {
    if (minimum === this.hover) return;
    this.hover = minimum;
    this.tell("hover");
  }

  look(minimum, state = -1) {
    if (minimum === this.focus && state === this.focusedState) return;
    this.focus = minimum;
    this.focusedState = state;
    this.tell("focus");
  }

  setTemperature(temperature) {
    this.temperature = temperature;
    this.averages = this.landscape.setTemperature(temperature);
    this.tell("temperature");
  }

  set(name, value) {
    this[name] = value;
    this.tell(name);
  }

  get colourColumn() { return this.landscape.columns[this.colourBy] ?? null; }
}
