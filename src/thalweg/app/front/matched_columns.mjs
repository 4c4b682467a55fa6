// Which minimum of another landscape each minimum is, as columns of the table, by which the tree can be coloured.

/** The number there of each minimum here, −1 where there is none; minima of one track are one. */
export function matchesOf(here, there) {
  const numbers = new Map(Array.from(there.arrays.track, (track, minimum) => [track, minimum]));
  return Int32Array.from(here.arrays.track, track => numbers.get(track) ?? -1);
}

/** In place of those of a former comparison. Minima that nothing can match are not said to be missing. */
export function setMatchedColumns(here, there, matches) {
  const values = pick => Float64Array.from(matches, match => match < 0 ? NaN : pick(match));
  const made = [
    {name: "match", groups: ["only here", "in both"], values: Int32Array.from(matches, match => match < 0 ? 0 : 1),
      meaning: "whether it is in the other landscape as well"},
    {name: "minimum there", groups: null, values: values(match => there.number(match)), meaning: "its number in the other landscape"},
    {name: "loss there", groups: null, values: values(match => there.loss[match]), meaning: "its loss in the other landscape"}];
  const names = new Set(made.map(column => column.name));
  here.columns = [...here.columns.filter(column => !column.isMatched && !names.has(column.name)), ...made.map(column => ({...column, isMatched: true}))];
}
