// The selection and the settings in the address after #, so that a link shows what was seen.
import {rangesFromText, rangesToText} from "./numbers.mjs";

const LONGEST = 4000;

export function readAddress(state, theme, explorer) {
  const given = new URLSearchParams(location.hash.slice(1)), {landscape} = state;
  const column = name => landscape.columns.findIndex(one => one.name === name);
  if (given.has("theme")) theme.choose(given.get("theme"));
  if (given.has("colour")) state.colourBy = column(given.get("colour"));
  if (Number(given.get("T")) > 0 && landscape.notes.has_temperature) state.setTemperature(Number(given.get("T")));
  if (given.has("widths")) state.hasWidths = true;
  if (given.has("names")) state.hasNames = true;
  if (given.has("ruler") && Number.isFinite(Number(given.get("ruler")))) state.ruler = Number(given.get("ruler"));
  if (given.has("filter")) explorer.filter(given.get("filter"));
  if (given.has("node")) {
    const range = landscape.nodeRange(given.get("node"));
    if (range) state.selectPlaces(...range);
  }
  const most = landscape.notes.n_all_minima ?? landscape.n;
  if (given.has("minima")) state.select(rangesFromText(given.get("minima"), most).map(number => landscape.indexOf(number)).filter(i => i >= 0));
  const focus = Number(given.get("look") ?? NaN);
  if (Number.isInteger(focus) && focus >= 0 && landscape.indexOf(focus) >= 0) state.look(landscape.indexOf(focus));
}

/** What the address says of the state; says so where a selection does not fit. */
export function addressOf(state, theme, filter) {
  const given = new URLSearchParams(), {landscape} = state;
  if (theme.chosen) given.set("theme", theme.chosen);
  if (state.colourBy >= 0) given.set("colour", landscape.columns[state.colourBy].name);
  if (state.isTemperatureSet) given.set("T", state.temperature.toPrecision(6));
  if (state.hasWidths) given.set("widths", "1");
  if (state.hasNames) given.set("names", "1");
  if (state.ruler !== null) given.set("ruler", state.ruler.toPrecision(8));
  if (filter) given.set("filter", filter);
  if (state.focus >= 0) given.set("look", landscape.number(state.focus));
  let fits = true;
  if (state.nSelected) {
    const text = rangesToText(state.selectedMinima().map(i => landscape.number(i)));
    if (text.length <= LONGEST) given.set("minima", text);
    else fits = false;
  }
  return {hash: `#${given.toString().replaceAll("%2C", ",")}`, fits};
}
