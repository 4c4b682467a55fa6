// Numbers as people read them.

export function short(value) {
  if (value == null || Number.isNaN(value)) return "–";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value).replace("-", "−");
  const magnitude = Math.abs(value);
  const text = magnitude >= 1e6 || magnitude < 1e-3 ? value.toExponential(3) : value.toPrecision(6);
  return text.replace("-", "−").replace("e−", "e-").replace("e+", "e");
}

/** With so many figures that are known, none added. */
export function rounded(value, figures) {
  const text = magnitudeText(Number(value.toPrecision(figures)));
  return text.replace("-", "−").replace("e−", "e-").replace("e+", "e");
}

function magnitudeText(value) {
  const magnitude = Math.abs(value);
  return value && (magnitude >= 1e6 || magnitude < 1e-3) ? value.toExponential() : String(value);
}

export function grouped(value) {
  return value.toLocaleString("en-US").replaceAll(",", "\u202f");
}

/** Lowest and highest of the finite values; null if there are none. */
export function limits(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? null : [low, high];
}

/** The same, for an axis: [0, 1] if there are none, and room around a single one. */
export function extent(values) {
  const [low, high] = limits(values) ?? [0, 1];
  if (low === high) {
    const room = Math.abs(low) * 0.05 || 0.5;
    return [low - room, high + room];
  }
  return [low, high];
}

/** Whole numbers in ascending order as text, runs shortened: "3-19,25". */
export function rangesToText(numbers) {
  const pieces = [];
  for (let i = 0; i < numbers.length; i++) {
    let j = i;
    while (j + 1 < numbers.length && numbers[j + 1] === numbers[j] + 1) j++;
    pieces.push(i === j ? `${numbers[i]}` : `${numbers[i]}-${numbers[j]}`);
    i = j;
  }
  return pieces.join(",");
}

export function rangesFromText(text, most) {
  const numbers = [];
  for (const piece of text.split(",")) {
    const ends = piece.split("-").map(Number);
    const [first, last] = [ends[0], ends.at(-1)];
    if (!piece || !Number.isInteger(first) || !Number.isInteger(last)) continue;
    for (let k = Math.max(first, 0); k <= Math.min(last, most - 1); k++) numbers.push(k);
  }
  return numbers;
}

/** What the tree shows lower than it is, in words. */
export function clippingOf({barrier_clip: clip, n_clipped_minima: minima, n_clipped_transition_states: states}) {
  return clip === null ? "" : `Losses above ${short(clip)} are drawn at ${short(clip)}: ${grouped(minima)} minima, ${grouped(states)} transition states.`;
}
