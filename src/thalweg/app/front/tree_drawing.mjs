// The disconnectivity graph on a context: branches, selection, path, components, ruler, names.
import {axes, clipTo, fitted, line} from "./axes.mjs";
import {byStyle, trace} from "./strokes.mjs";
import {grouped, short} from "./numbers.mjs";
import {FONT} from "./surface.mjs";

const WIDTHS = 10;
const MOST_NAMES = 60;
const JOINT_ALPHA = 0.45;

/** The style of every line from colours and widths; made anew when either changes. */
export function stylesOf(layout, state, colours) {
  const {order} = state.landscape, nColours = (colours?.colours.length ?? 0) + 1;
  const occupied = state.hasWidths && state.landscape.hasOccupation ? cumulated(state.landscape) : null;
  const style = new Uint16Array(layout.n);
  for (let k = 0; k < layout.n; k++) {
    const start = layout.start[k], stop = layout.stop[k];
    let colour = 0;
    // A group colours branches that hold no other; a number the stem of its minimum.
    if (colours && (!colours.column || colours.changes[start] === colours.changes[stop - 1])) {
      const bin = colours.bin[order[layout.lowest[k]]];
      if (bin !== 255) colour = bin + 1;
    }
    const width = occupied ? Math.round((WIDTHS - 1) * Math.sqrt(Math.min(1, occupied[stop] - occupied[start])))
      : Math.min(WIDTHS - 1, Math.round(2 * Math.log10(stop - start)));
    style[k] = layout.isHidden[k] ? 65535 : ((1 - layout.isJoint[k]) * nColours + colour) * WIDTHS + width;
  }
  return {...byStyle(style, 2 * nColours * WIDTHS), nColours};
}

function cumulated(landscape) {
  const sums = new Float64Array(landscape.n + 1);
  landscape.order.forEach((minimum, place) => {
    sums[place + 1] = sums[place] + landscape.occupation.values[minimum];
  });
  return sums;
}

export function drawTree(g, scene) {
  const {frame, state, theme, width, height, layout} = scene;
  const {left, right, top, bottom} = frame.margins;
  scene.view = {left, right: width - right, top, bottom: height - bottom};
  axes(g, frame, theme, {width, height, xTicks: false, y: `${state.landscape.notes.unit} ↑`});
  clipTo(g, frame, width, height);
  g.lineCap = "round";
  g.lineJoin = "round";
  branches(g, scene);
  marked(g, scene);
  triangles(g, scene);
  markers(g, scene);
  if (state.hasNames) names(g, scene);
  g.restore();
  components(g, scene);
  if (state.ruler !== null) ruler(g, scene);
  if (frame.box) selectionBox(g, frame.box, theme);
}

export function baseWidth(scene) {
  const nInView = scene.state.landscape.n / scene.frame.k[0];
  return Math.min(1.5, Math.max(0.6, 1.5 * (60 / Math.max(nInView, 1)) ** 0.3));
}

function branches(g, scene) {
  const {state, styles, colours, theme} = scene, thin = baseWidth(scene);
  const isDimmed = state.nSelected > 0 && state.nSelected < state.landscape.n;
  for (let s = 0; s < styles.first.length - 1; s++) {
    if (styles.first[s] === styles.first[s + 1]) continue;
    const colour = Math.floor(s / WIDTHS) % styles.nColours, wide = s % WIDTHS;
    const isJoint = s < styles.nColours * WIDTHS;
    g.globalAlpha = isDimmed ? (isJoint ? theme.dimmedJoint : theme.dimmed) : isJoint ? JOINT_ALPHA : 1;
    g.strokeStyle = colour ? colours.colours[colour - 1] : theme.branch;
    // Without the occupation, stems are the thicker the more minima hang on them.
    g.lineWidth = (colour ? 1.25 : 1) * thin * (isJoint ? 0.7 : 1) + (state.hasWidths ? wide : isJoint ? 0 : 0.2 * wide);
    g.beginPath();
    trace(g, scene.layout, scene.frame, scene.view, styles.index, styles.first[s], styles.first[s + 1]);
    g.stroke();
  }
  g.globalAlpha = 1;
}

/** Branches of selected minima, and the way between two of them. */
function marked(g, scene) {
  const {state, layout, theme} = scene;
  if (!state.nSelected) return;
  const pair = state.pair()?.map(minimum => state.landscape.place[minimum]);
  const whole = [], part = [];
  for (let k = 0; k < layout.n; k++) {
    if (layout.isHidden[k]) continue;
    const start = layout.start[k], stop = layout.stop[k];
    if (pair) {
      const holds = pair.filter(place => start <= place && place < stop).length;
      if (holds === 1) whole.push(k);
      continue;
    }
    const nInside = state.prefix[stop] - state.prefix[start];
    if (nInside === stop - start) whole.push(k);
    else if (nInside) part.push(k);
  }
  g.strokeStyle = theme.accent;
  for (const [index, width] of [[part, 0.6], [whole, pair ? 2 : 1.5]]) {
    g.lineWidth = width * Math.max(1, baseWidth(scene));
    g.beginPath();
    trace(g, layout, scene.frame, scene.view, index, 0, index.length);
    g.stroke();
  }
}

function triangles(g, scene) {
  const {layout, frame, state, theme} = scene;
  g.font = `11px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "top";
  for (const {start, stop, apex, lowest: place} of layout.collapsed) {
    const lowest = state.landscape.arrays.drawn_loss[place];
    const [from, to] = [start, stop].map(at => frame.x(layout.edge(at)));
    const left = from + 0.07 * (to - from), right = to - 0.07 * (to - from);
    const isChosen = state.prefix[stop] - state.prefix[start] > 0;
    g.beginPath();
    g.moveTo(frame.x(layout.leaf(place)), frame.y(apex));
    g.lineTo(left, frame.y(lowest));
    g.lineTo(right, frame.y(lowest));
    g.closePath();
    g.fillStyle = isChosen ? theme.accent : theme.muted;
    g.globalAlpha = 0.85;
    g.fill();
    g.globalAlpha = 1;
    g.fillStyle = theme.muted;
    if (right - left > 14) g.fillText(grouped(state.landscape.countOf(start, stop)), (left + right) / 2, frame.y(lowest) + 3);
  }
}

function markers(g, scene) {
  const {state, theme, frame} = scene;
  for (const [minimum, radius, isFilled] of [[state.hover, 4, true], [state.focus, 6, false]]) {
    if (minimum < 0) continue;
    const [x, y] = leafAt(scene, minimum);
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.lineWidth = 2;
    g.strokeStyle = g.fillStyle = theme.accent;
    isFilled ? g.fill() : g.stroke();
  }
  const global = state.landscape.notes.global_minimum;
  if (!scene.layout.holderOf(state.landscape.place[global]) && (frame.k[0] < 50 || state.focus !== global)) {
    const [x, y] = leafAt(scene, global);
    g.fillStyle = theme.ink;
    g.beginPath();
    g.moveTo(x, y + 4);
    g.lineTo(x - 4, y + 11);
    g.lineTo(x + 4, y + 11);
    g.closePath();
    g.fill();
  }
}

export function leafAt({layout, frame, state}, minimum) {
  const place = state.landscape.place[minimum];
  return [frame.x(layout.leaf(place)), frame.y(state.landscape.arrays.drawn_loss[place])];
}

/** level_node where superbasins part, the biggest first, none over another. */
function names(g, scene) {
  const {layout, frame, state, theme, view} = scene, ranges = new Map();
  for (let k = 0; k < layout.n; k++) {
    const size = layout.stop[k] - layout.start[k];
    if (size < 2 || layout.isHidden[k]) continue;
    const x = frame.x(layout.x2[k]), y = frame.y(layout.y2[k]);
    if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue;
    const key = layout.start[k] * (state.landscape.n + 1) + layout.stop[k];
    if (!ranges.has(key) || ranges.get(key).y < y) ranges.set(key, {k, size, x, y});
  }
  g.font = `10px ${FONT}`;
  g.textAlign = "left";
  g.textBaseline = "bottom";
  g.fillStyle = theme.muted;
  const taken = [];
  for (const {k, x, y} of [...ranges.values()].sort((a, b) => b.size - a.size)) {
    if (taken.length >= MOST_NAMES) break;
    if (taken.some(([u, v]) => Math.abs(u - x) < 44 && Math.abs(v - y) < 13)) continue;
    taken.push([x, y]);
    g.fillText(state.landscape.nodeName(layout.start[k], layout.stop[k]), x + 4, y - 1);
  }
}

/** A bar above each tree that stands by itself: the global minimum's, and what no path joins to it. */
function components(g, scene) {
  const {layout, frame, state, theme, view} = scene, trees = state.landscape.components();
  if (trees.length < 2) return;
  const home = state.landscape.place[state.landscape.notes.global_minimum];
  g.font = `10px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "bottom";
  let elsewhere = null, nElsewhere = 0;
  const bar = (from, to, colour, text) => {
    const a = Math.max(view.left, frame.x(layout.edge(from)) + 0.5), b = Math.min(view.right, frame.x(layout.edge(to)) - 0.5);
    if (b - a < 0.5) return;
    g.fillStyle = colour;
    g.fillRect(a, view.top - 5, Math.max(1, b - a), 2);
    if (text && g.measureText(text).width < b - a) g.fillText(text, (a + b) / 2, view.top - 7);
  };
  for (const [start, stop] of trees) {
    if (start <= home && home < stop) bar(start, stop, theme.ink, "");
    else {
      elsewhere ??= start;
      nElsewhere += stop - start;
      bar(start, stop, theme.faint, "");
    }
  }
  if (elsewhere !== null) {
    const a = Math.max(view.left, frame.x(layout.edge(elsewhere)));
    const text = `${grouped(nElsewhere)} not joined`;
    g.fillStyle = theme.muted;
    g.textAlign = a > view.right - g.measureText(text).width ? "right" : "left";
    if (a < view.right) g.fillText(text, g.textAlign === "right" ? view.right : a, view.top - 7);
  }
}

function ruler(g, scene) {
  const {frame, state, theme, view, layout} = scene, at = frame.y(state.ruler);
  if (at < view.top || at > view.bottom) return;
  const bounds = state.landscape.superbasinsAt(state.ruler);
  g.setLineDash([4, 3]);
  g.lineWidth = 1;
  line(g, theme.accent, view.left, Math.round(at) + 0.5, view.right, Math.round(at) + 0.5);
  g.setLineDash([]);
  g.fillStyle = theme.accent;
  if (bounds.length < 500) {
    for (const [start, stop] of bounds) {
      const x = frame.x(layout.leaf(layout.lowestOf(start, stop)));
      if (x >= view.left && x <= view.right) { g.beginPath(); g.arc(x, at, 2.5, 0, 2 * Math.PI); g.fill(); }
    }
  }
  const level = state.landscape.arrays.level_loss.findIndex(loss => loss < state.ruler);
  const text = `${short(state.ruler)}: ${grouped(bounds.length)} superbasin${bounds.length === 1 ? "" : "s"}, level ${level < 0 ? state.landscape.arrays.level_loss.length : Math.max(level, 1)}`;
  g.font = `11px ${FONT}`;
  const room = g.measureText(text).width + 12;
  g.fillStyle = theme.paper;
  g.fillRect(view.right - room, at - 20, room, 17);
  g.fillStyle = theme.accent;
  g.textAlign = "right";
  g.textBaseline = "middle";
  g.fillText(fitted(g, text, view.right - view.left), view.right - 6, at - 11);
}

export function selectionBox(g, [x0, x1, y0, y1], theme) {
  g.globalAlpha = 0.12;
  g.fillStyle = theme.accent;
  g.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
  g.globalAlpha = 1;
  g.strokeStyle = theme.accent;
  g.lineWidth = 1;
  g.strokeRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
}
