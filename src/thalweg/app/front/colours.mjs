// Colours of minima by a column: numbers by a scale, groups by names. Colour-blind safe; see plot/palette.py.
import {extent, grouped, limits, rounded, short} from "./numbers.mjs";

export const BINS = 48;
const LEAST = 1e-12;  // occupations below are of one colour
const TRIMMED = {light: [0, 228], dark: [56, 255]};  // what would vanish on white, or on black

/** {bin: Uint8Array by minimum, colours: [text …], legend}; null without a column. Bin 255 has no value. */
export function colouring(state, theme) {
  const column = state.colourColumn;
  if (!column) return null;
  return column.groups ? byGroup(state.landscape, column, theme) : byValue(state.landscape, column, theme);
}

function byValue(landscape, column, theme) {
  const isLog = column.name === "occupation" || (column.name === "minima" && landscape.isPart);
  const scaled = isLog ? column.values.map(p => Math.log10(Math.max(p, LEAST))) : column.values;
  const [low, high] = extent(scaled), table = landscape.arrays.colours_of_values;
  const [first, last] = TRIMMED[theme.name];
  const colours = Array.from({length: BINS}, (_, k) => {
    const at = 3 * Math.round(first + (last - first) * k / (BINS - 1));
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
  });
  const bin = new Uint8Array(landscape.n), factor = (BINS - 0.001) / (high - low);
  for (let i = 0; i < bin.length; i++) {
    bin[i] = Number.isFinite(scaled[i]) ? Math.floor((scaled[i] - low) * factor) : 255;
  }
  const nMissing = bin.reduce((count, one) => count + (one === 255), 0);
  const [lowest, highest] = limits(column.values) ?? [NaN, NaN];
  const note = [isLog ? "logarithmic" : "", nMissing ? `${grouped(nMissing)} without a value` : ""].filter(Boolean).join(", ");
  return {bin, colours, legend: {name: column.name, note, highText: short(highest),
    lowText: isLog && lowest < LEAST ? `below ${rounded(LEAST, 1)}` : short(lowest)}};
}

function byGroup(landscape, column, theme) {
  const sizes = new Int32Array(column.groups.length);
  for (const group of column.values) sizes[group]++;
  const palette = landscape.notes.colours_of_groups.map(colour => colour === "#000000" ? theme.ink : colour);
  // The largest first; but where two landscapes stand side by side, one group has one colour in both.
  const numbers = Array.from(sizes.keys());
  const largest = (column.isMatched ? numbers : numbers.sort((a, b) => sizes[b] - sizes[a])).slice(0, palette.length);
  const rank = new Uint8Array(sizes.length).fill(palette.length);
  largest.forEach((group, k) => { rank[group] = k; });
  const bin = Uint8Array.from(column.values, group => rank[group]);
  const others = sizes.length - largest.length;
  const entries = largest.map((group, k) => ({name: column.groups[group], colour: palette[k],
    n: sizes[group], group}));
  if (others) entries.push({name: `${others} others`, colour: theme.faint, n: null, group: -1});
  return {bin, colours: [...palette, theme.faint], legend: {name: column.name, entries}, column};
}

/** Whether all minima of a range of places are of one group: changes[stop − 1] === changes[start]. */
export function changesOf(bin, order) {
  const changes = new Int32Array(order.length);
  for (let place = 1; place < order.length; place++) {
    changes[place] = changes[place - 1] + (bin[order[place]] !== bin[order[place - 1]]);
  }
  return changes;
}
