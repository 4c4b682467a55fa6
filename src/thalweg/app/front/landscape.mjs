// A landscape in memory: columns, the order of the leaves, superbasins, lowest paths, occupation.
import {unpack} from "./unpack.mjs";

export class Landscape {
  constructor(source) {
    const {arrays, notes} = unpack(source);
    Object.assign(this, {arrays, notes, n: notes.n_minima});
    this.order = arrays.order;
    this.place = new Int32Array(this.n).fill(-1);
    this.order.forEach((minimum, place) => { this.place[minimum] = place; });
    this.columns = notes.columns.map((column, k) => ({...column, values: arrays[`column ${k}`]}));
    this.loss = this.columns[0].values;
    this.lowest = this.loss[notes.global_minimum];
    this.barriers = arrays.barrier_to_right;
    this.occupation = {name: "occupation", groups: null, values: new Float64Array(this.n),
      meaning: "equilibrium probability at T, harmonic approximation"};
    this.hasOccupation = "log_weight" in arrays;
    if (this.hasOccupation) this.columns.push(this.occupation);
    this.counts = this.columns.find(column => column.name === "minima")?.values;
    this.indexOfId = new Map(Array.from(arrays.minimum_id, (id, index) => [id, index]));
  }

  /** The number of a minimum in the whole landscape, which is its index where all are here. */
  number(index) { return this.arrays.minimum_number ? this.arrays.minimum_number[index] : index; }

  stateNumber(index) { return this.arrays.transition_state_number ? this.arrays.transition_state_number[index] : index; }

  /** The index of a minimum by its number in the whole landscape; −1 if it is not here. */
  indexOf(number) {
    if (!this.arrays.minimum_number) return number < this.n ? number : -1;
    return this.arrays.minimum_number.indexOf(number);
  }

  /** Whether others are drawn as part of those that are here. */
  get isPart() { return this.notes.n_all_minima > this.n; }

  /** How many minima the places start … stop − 1 stand for. */
  countOf(start, stop) {
    if (!this.counts || !this.isPart) return stop - start;
    let sum = 0;
    for (let place = start; place < stop; place++) sum += this.counts[this.order[place]];
    return sum;
  }

  /** p_α ∝ n_α exp(−L_α/T − ½ LPPHE_α) at T; sets the column, gives averages. */
  setTemperature(temperature) {
    if (!this.hasOccupation) return {heatCapacity: this.#heatCapacityAt(temperature)};
    const weights = this.arrays.log_weight, p = this.occupation.values;
    let highest = -Infinity;
    for (let i = 0; i < this.n; i++) {
      p[i] = weights[i] - (this.loss[i] - this.lowest) / temperature;
      if (p[i] > highest) highest = p[i];
    }
    let sum = 0, rise = 0, entropy = 0, spread = 0;
    for (let i = 0; i < this.n; i++) { p[i] = Math.exp(p[i] - highest); sum += p[i]; }
    for (let i = 0; i < this.n; i++) { p[i] /= sum; rise += p[i] * (this.loss[i] - this.lowest); }
    for (let i = 0; i < this.n; i++) {
      if (p[i] > 0) entropy -= p[i] * Math.log(p[i]);
      spread += p[i] * ((this.loss[i] - this.lowest - rise) / temperature) ** 2;
    }
    return {meanLoss: this.lowest + rise, entropy, heatCapacity: this.notes.n_modes + spread};
  }

  /** From the curve, which is of all minima. */
  #heatCapacityAt(temperature) {
    const {temperature: grid, heat_capacity: values} = this.arrays;
    const k = Math.min(grid.length - 1, Math.max(1, grid.findIndex(t => t >= temperature)));
    const share = Math.log(temperature / grid[k - 1]) / Math.log(grid[k] / grid[k - 1]);
    return values[k - 1] + (values[k] - values[k - 1]) * Math.min(1, Math.max(0, share));
  }

  /** Bounds of the superbasins at a loss, as positions [[start, stop] …]; lone minima above it are left out. */
  superbasinsAt(threshold) {
    const bounds = [], losses = this.arrays.drawn_loss;
    let start = 0;
    for (let place = 1; place <= this.n; place++) {
      if (place < this.n && !(this.barriers[place - 1] > threshold)) continue;
      if (place - start > 1 || losses[start] <= threshold) bounds.push([start, place]);
      start = place;
    }
    return bounds;
  }

  /** The smallest superbasin that holds all of these minima, as a range of places. */
  superbasinOf(minima) {
    let start = this.n, stop = 0;
    for (const minimum of minima) {
      start = Math.min(start, this.place[minimum]);
      stop = Math.max(stop, this.place[minimum] + 1);
    }
    let threshold = -Infinity;
    for (let place = start; place < stop - 1; place++) threshold = Math.max(threshold, this.barriers[place]);
    while (start > 0 && this.barriers[start - 1] <= threshold) start--;
    while (stop < this.n && this.barriers[stop - 1] <= threshold) stop++;
    return [start, stop];
  }

  /** The name level_node of the superbasin [start, stop), at the highest level at which it is alone; or "". */
  nodeName(start, stop) {
    const levels = this.arrays.level_loss;
    const left = start > 0 ? this.barriers[start - 1] : Infinity;
    const right = stop < this.n ? this.barriers[stop - 1] : Infinity;
    for (let k = 0; k < levels.length; k++) {
      if (levels[k] >= left || levels[k] >= right) continue;
      const number = this.superbasinsAt(levels[k]).findIndex(([a, b]) => a === start && b === stop);
      return number < 0 ? "" : `${k + 1}_${number + 1}`;
    }
    return "";
  }

  /** The minima of a node by its name level_node, as positions [start, stop]; null if there is none. */
  nodeRange(name) {
    const [level, number] = name.split("_").map(Number);
    const threshold = this.arrays.level_loss[level - 1];
    return threshold === undefined ? null : this.superbasinsAt(threshold)[number - 1] ?? null;
  }

  /** Components as ranges of positions: whole trees, side by side. */
  components() {
    const ranges = [];
    let start = 0;
    for (let place = 1; place <= this.n; place++) {
      if (place < this.n && this.barriers[place - 1] < Infinity) continue;
      ranges.push([start, place]);
      start = place;
    }
    return ranges;
  }

  /** The lowest path from a to b: [{minimum} | {state, loss} …]; null if no path leads. */
  lowestPath(a, b) {
    const {edge, forest} = this.arrays;
    this.ways ??= this.#waysOfForest();
    const before = new Int32Array(this.n).fill(-1), by = new Int32Array(this.n).fill(-1);
    const queue = [a];
    before[a] = a;
    for (let k = 0; k < queue.length && before[b] < 0; k++) {
      const here = queue[k];
      for (let w = this.ways.first[here]; w < this.ways.first[here + 1]; w++) {
        const state = forest[this.ways.bridge[w]];
        const there = edge[2 * state] === here ? edge[2 * state + 1] : edge[2 * state];
        if (before[there] >= 0) continue;
        before[there] = here;
        by[there] = state;
        queue.push(there);
      }
    }
    if (before[b] < 0) return null;
    const path = [{minimum: b, loss: this.loss[b]}];
    for (let here = b; here !== a; here = before[here]) {
      path.push({state: by[here], loss: this.arrays.barrier_loss[by[here]]});
      path.push({minimum: before[here], loss: this.loss[before[here]]});
    }
    return path.reverse();
  }

  #waysOfForest() {
    const {edge, forest} = this.arrays;
    const first = new Int32Array(this.n + 2);
    for (const state of forest) { first[edge[2 * state] + 2]++; first[edge[2 * state + 1] + 2]++; }
    for (let i = 1; i < first.length; i++) first[i] += first[i - 1];
    const bridge = new Int32Array(2 * forest.length);
    forest.forEach((state, k) => {
      bridge[first[edge[2 * state] + 1]++] = k;
      bridge[first[edge[2 * state + 1] + 1]++] = k;
    });
    return {first, bridge};
  }
}
