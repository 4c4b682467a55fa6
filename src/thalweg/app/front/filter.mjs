// A filter as people type it: "loss < 0.3 and hits >= 2", "component = component 0", or a number, or a text.

const COMPARISON = /^(.*?)\s*(<=|>=|!=|≠|≤|≥|<|>|=)\s*(.*)$/;

/** A test of minima by index; throws an Error that says what is wrong. */
export function filterOf(text, landscape) {
  const parts = text.split(/\s+and\s+|;/i).map(part => part.trim()).filter(Boolean);
  const tests = parts.map(part => testOf(part, landscape));
  return i => tests.every(test => test(i));
}

function testOf(part, landscape) {
  const match = COMPARISON.exec(part);
  if (match) return comparison(...match.slice(1), landscape);
  if (/^\d+$/.test(part)) {
    const wanted = Number(part);
    return i => landscape.number(i) === wanted;
  }
  const range = landscape.nodeRange(/^\d+_\d+$/.test(part) ? part : "");
  if (range) return i => landscape.place[i] >= range[0] && landscape.place[i] < range[1];
  const text = part.toLowerCase(), groups = landscape.columns.filter(column => column.groups)
    .map(column => ({column, holds: column.groups.map(name => name.toLowerCase().includes(text))}));
  return i => groups.some(({column, holds}) => holds[column.values[i]]);
}

function comparison(name, sign, value, landscape) {
  const wanted = name.toLowerCase();
  const column = wanted === "minimum" ? {values: landscape.loss.map((_, i) => landscape.number(i))}
    : landscape.columns.find(one => one.name.toLowerCase() === wanted);
  if (!column) throw new Error(`no column “${name}”; there are ${landscape.columns.map(one => one.name).join(", ")}`);
  if (column.groups) {
    const group = column.groups.findIndex(one => one.toLowerCase() === value.toLowerCase());
    if (group < 0) throw new Error(`no group “${value}” in “${column.name}”; there is ${column.groups.slice(0, 5).join(", ")}`);
    if (sign === "=") return i => column.values[i] === group;
    if ("!=≠".includes(sign)) return i => column.values[i] !== group;
    throw new Error(`“${column.name}” holds groups: compare with = or !=`);
  }
  const number = value.toLowerCase() === "nan" ? NaN : Number(value);
  if (value === "" || (Number.isNaN(number) && value.toLowerCase() !== "nan")) throw new Error(`“${value}” is no number`);
  const compare = {
    "<": v => v < number, ">": v => v > number, "<=": v => v <= number, "≤": v => v <= number,
    ">=": v => v >= number, "≥": v => v >= number,
    "=": v => Number.isNaN(number) ? Number.isNaN(v) : v === number,
    "!=": v => Number.isNaN(number) ? !Number.isNaN(v) : v !== number,
  };
  compare["≠"] = compare["!="];
  return i => compare[sign](column.values[i]);
}
