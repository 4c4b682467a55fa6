// Lines in as few strokes as there are styles: what falls on the same pixels is drawn once.

const CORNER = 7;  // pixels

/** Sort the lines by a style 0 … nStyles − 1: {first, index}; 65535 leaves a line out. */
export function byStyle(style, nStyles) {
  const first = new Int32Array(nStyles + 1);
  for (const s of style) if (s !== 65535) first[s + 1]++;
  for (let s = 0; s < nStyles; s++) first[s + 1] += first[s];
  const next = first.slice(), index = new Int32Array(first[nStyles]);
  for (let k = 0; k < style.length; k++) if (style[k] !== 65535) index[next[style[k]]++] = k;
  return {first, index};
}

/** Add lines index[from … to) of the layout to the path of g; returns how many were drawn. */
export function trace(g, layout, {x, y}, view, index, from, to) {
  const {x1, x2, y1, y2} = layout;
  const ax = x(1) - x(0), bx = x(0), ay = y(1) - y(0), by = y(0);
  let column = NaN, top = 0, bottom = 0, nDrawn = 0, former = [NaN, NaN, NaN, NaN];
  const flush = () => {
    if (Number.isNaN(column)) return;
    g.moveTo(column / 2, top);
    g.lineTo(column / 2, bottom);
    column = NaN;
    nDrawn++;
  };
  for (let i = from; i < to; i++) {
    const k = index[i];
    const u1 = x1[k] * ax + bx, u2 = x2[k] * ax + bx;
    if ((u1 < view.left && u2 < view.left) || (u1 > view.right && u2 > view.right)) continue;
    let v1 = y1[k] * ay + by, v2 = y2[k] * ay + by;
    if ((v1 < view.top && v2 < view.top) || (v1 > view.bottom && v2 > view.bottom)) continue;
    if (Math.abs(u1 - u2) < 0.5) {
      v1 = Math.max(v1, view.top - 9);
      v2 = Math.min(v2, view.bottom + 9);
      const place = Math.round(2 * u2);
      if (place === column && v1 <= bottom + 1 && v2 >= top - 1) {
        if (v1 < top) top = v1;
        if (v2 > bottom) bottom = v2;
      } else {
        flush();
        [column, top, bottom] = [place, v1, v2];
      }
      continue;
    }
    const ends = [Math.round(u1), Math.round(v1), Math.round(u2), Math.round(v2)];
    if (ends.every((end, e) => end === former[e])) continue;
    former = ends;
    // Level from its stem, then down in a rounded corner.
    const across = Math.min(CORNER, Math.abs(u2 - u1)), down = Math.min(CORNER, v2 - v1);
    g.moveTo(u1, v1);
    g.lineTo(u2 - Math.sign(u2 - u1) * across, v1);
    g.quadraticCurveTo(u2, v1, u2, v1 + down);
    if (v2 - v1 > down) g.lineTo(u2, v2);
    nDrawn++;
  }
  flush();
  return nDrawn;
}
