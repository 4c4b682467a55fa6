// How each kind of section of a detail is drawn; a new kind is a function and one line in DRAWINGS.
import {scaleLinear, scaleLog} from "d3-scale";
import {line} from "./axes.mjs";
import {dependence} from "./dependence_drawing.mjs";
import {element} from "./dom.mjs";
import {extent, short} from "./numbers.mjs";
import {picture, WIDTH} from "./picture.mjs";

function numbers({rows}) {
  return element("dl", {}, ...rows.flatMap(([name, value]) => [element("dt", {}, name),
    element("dd", {}, typeof value === "number" || value === null ? short(value) : value)]));
}

/** Eigenvalues on a logarithmic axis, negative ones marked. */
function spectrum({values}, theme) {
  const magnitudes = values.map(Math.abs).filter(v => v > 0);
  const [low, high] = extent(magnitudes);
  const x = scaleLog().domain([low, high]).nice().range([14, WIDTH - 14]);
  return picture(76, `${values.length} eigenvalues from ${short(values[0])} to ${short(values.at(-1))}`, g => {
    line(g, theme.faint, 8, 44.5, WIDTH - 8, 44.5);
    g.lineWidth = 1.5;
    g.globalAlpha = values.length > 60 ? 0.5 : 0.9;
    for (const value of values) {
      if (!value) continue;
      const at = x(Math.abs(value));
      line(g, value < 0 ? theme.accent : theme.ink, at, value < 0 ? 46 : 14, at, value < 0 ? 62 : 43);
    }
    g.globalAlpha = 1;
    g.fillStyle = theme.muted;
    g.textAlign = "center";
    const [a, b] = x.domain().map(Math.log10), step = Math.max(1, Math.ceil((b - a) / 6));
    for (let e = Math.ceil(a); e <= b; e += step) g.fillText(`1e${e}`, x(10 ** e), 73);
  })[0];
}

/** A network with its weights: width is magnitude, colour and dashes the sign. */
function network({layers, inputs}, theme, landscape) {
  const [positive, , , , , negative] = landscape.notes.colours_of_groups;
  const sizes = [layers[0][0].length - 1, ...layers.map(layer => layer.length)];
  const height = Math.min(260, 40 + 22 * Math.max(...sizes));
  const place = (layer, unit) => [60 + (WIDTH - 100) * layer / layers.length, 16 + (height - 32) * (unit + 0.5) / sizes[layer]];
  const largest = Math.max(...layers.flat(2).map(Math.abs)) || 1;
  return picture(height, `network of ${sizes.join("-")} units`, g => {
    layers.forEach((layer, l) => layer.forEach((weights, unit) => weights.slice(0, -1).forEach((weight, input) => {
      const strength = Math.abs(weight) / largest;
      if (strength < 0.01) return;
      g.lineWidth = 0.3 + 5 * strength;
      g.globalAlpha = 0.35 + 0.6 * strength;
      g.setLineDash(weight < 0 ? [5, 3] : []);
      line(g, weight < 0 ? negative : positive, ...place(l, input), ...place(l + 1, unit));
    })));
    g.globalAlpha = 1;
    g.setLineDash([]);
    sizes.forEach((size, l) => {
      for (let unit = 0; unit < size; unit++) {
        const bias = l ? layers[l - 1][unit].at(-1) : 0;
        g.beginPath();
        g.arc(...place(l, unit), 3 + 5 * Math.abs(bias) / largest, 0, 2 * Math.PI);
        g.fillStyle = l ? (bias < 0 ? negative : positive) : theme.muted;
        g.fill();
        if (!l && size <= 12) {
          g.fillStyle = theme.muted;
          g.textAlign = "right";
          g.textBaseline = "middle";
          g.fillText((inputs?.[unit] ?? `x${unit + 1}`).slice(0, 9), place(0, unit)[0] - 9, place(0, unit)[1]);
        }
      }
    });
  })[0];
}

/** Classes over the plane of two inputs, and the data on it. */
function decisions({u, v, classes, points, targets}, theme, landscape) {
  const palette = landscape.notes.colours_of_groups, height = 300;
  const x = scaleLinear().domain([u[0], u.at(-1)]).range([0, WIDTH]);
  const y = scaleLinear().domain([v[0], v.at(-1)]).range([height, 0]);
  return picture(height, "decision regions over two inputs", g => {
    // One pixel a point of the grid, then as large as the picture: cells that overlap would show as lines.
    const map = element("canvas", {width: u.length, height: v.length}), pixels = map.getContext("2d");
    classes.forEach((row, r) => row.forEach((one, c) => {
      pixels.fillStyle = palette[one % palette.length];
      pixels.fillRect(c, v.length - 1 - r, 1, 1);
    }));
    g.globalAlpha = 0.35;
    g.imageSmoothingEnabled = false;
    g.drawImage(map, 0, 0, WIDTH, height);
    g.globalAlpha = 0.9;
    scatterOf(g, points, targets, x, y, palette);
    g.globalAlpha = 1;
  })[0];
}

function scatterOf(g, points, targets, x, y, palette, sizes) {
  points.forEach(([a, b], i) => {
    g.fillStyle = palette[targets[i] % palette.length];
    g.beginPath();
    g.arc(x(a), y(b), sizes ? sizes[i] : points.length > 600 ? 1.2 : 2.2, 0, 2 * Math.PI);
    g.fill();
  });
}

/** Points of clusters with their centres; or points sized by a weight from 0 to 1. */
function points({points: all, groups, centres = [], weights}, theme, landscape) {
  const palette = landscape.notes.colours_of_groups, height = 300;
  const both = [...all, ...centres];
  const x = scaleLinear().domain(extent(both.map(p => p[0]))).nice().range([10, WIDTH - 10]);
  const y = scaleLinear().domain(extent(both.map(p => p[1]))).nice().range([height - 10, 10]);
  return picture(height, `${all.length} points`, g => {
    g.globalAlpha = 0.75;
    scatterOf(g, all, groups, x, y, palette, weights?.map(w => 0.8 + 4 * w));
    g.globalAlpha = 1;
    for (const [a, b] of centres) {
      g.strokeStyle = theme.ink;
      g.lineWidth = 2.5;
      for (const s of [-1, 1]) line(g, theme.ink, x(a) - 6, y(b) - 6 * s, x(a) + 6, y(b) + 6 * s);
    }
  })[0];
}

/** A mean with a band, and what was observed. */
function prediction({x: at, mean, deviation, observed}, theme) {
  const height = 240, upper = mean.map((m, i) => m + 2 * deviation[i]), lower = mean.map((m, i) => m - 2 * deviation[i]);
  const x = scaleLinear().domain(extent(at)).range([42, WIDTH - 8]);
  const y = scaleLinear().domain(extent([...upper, ...lower, ...observed.map(p => p[1])])).nice().range([height - 20, 8]);
  return picture(height, "prediction with two standard deviations", g => {
    g.beginPath();
    at.forEach((a, i) => i ? g.lineTo(x(a), y(upper[i])) : g.moveTo(x(a), y(upper[i])));
    [...at].reverse().forEach((a, i) => g.lineTo(x(a), y(lower[at.length - 1 - i])));
    g.closePath();
    g.fillStyle = theme.faint;
    g.globalAlpha = 0.5;
    g.fill();
    g.globalAlpha = 1;
    g.beginPath();
    at.forEach((a, i) => i ? g.lineTo(x(a), y(mean[i])) : g.moveTo(x(a), y(mean[i])));
    g.strokeStyle = theme.ink;
    g.lineWidth = 1.6;
    g.stroke();
    g.fillStyle = theme.accent;
    for (const [a, b] of observed) { g.beginPath(); g.arc(x(a), y(b), 2.2, 0, 2 * Math.PI); g.fill(); }
    g.fillStyle = theme.muted;
    g.textAlign = "right";
    g.textBaseline = "middle";
    for (const tick of y.ticks(5)) g.fillText(y.tickFormat(5)(tick), 36, y(tick));
    g.textAlign = "center";
    for (const tick of x.ticks(5)) g.fillText(x.tickFormat(5)(tick), x(tick), height - 7);
  })[0];
}

/** Atoms in space; a drag or the arrow keys turn them. */
function atoms({positions, bond}, theme) {
  const n = positions.length, centre = [0, 1, 2].map(k => positions.reduce((sum, p) => sum + p[k], 0) / n);
  const radius = Math.max(...positions.map(p => Math.hypot(...p.map((v, k) => v - centre[k])))) || 1;
  let turn = [0.5, 0.35];
  const [canvas, again] = picture(300, `${n} atoms; arrow keys turn them`, g => {
    const [ca, sa, cb, sb] = [Math.cos(turn[0]), Math.sin(turn[0]), Math.cos(turn[1]), Math.sin(turn[1])];
    const size = 125 / (radius * 1.15);
    const turned = positions.map(p => {
      const [x, y, z] = p.map((v, k) => v - centre[k]);
      const [x1, z1] = [ca * x + sa * z, ca * z - sa * x];
      return [WIDTH / 2 + size * x1, 150 + size * (cb * y - sb * z1), cb * z1 + sb * y];
    });
    g.lineWidth = 2;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) {
      if (Math.hypot(...positions[i].map((v, k) => v - positions[j][k])) < bond) {
        line(g, theme.line, turned[i][0], turned[i][1], turned[j][0], turned[j][1]);
      }
    }
    for (const [x, y, z] of turned.sort((a, b) => a[2] - b[2])) {
      const near = (z / radius + 1) / 2, r = Math.min(16, 0.28 * size) * (0.8 + 0.3 * near);
      g.beginPath();
      g.arc(x, y, r, 0, 2 * Math.PI);
      g.globalAlpha = 0.55 + 0.45 * near;
      g.fillStyle = theme.muted;
      g.fill();
      g.globalAlpha = 1;
      g.strokeStyle = theme.paper;
      g.lineWidth = 1.2;
      g.stroke();
    }
  });
  canvas.tabIndex = 0;
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("pointerdown", event => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", event => {
    if (!event.buttons) return;
    turn = [turn[0] + event.movementX / 100, turn[1] + event.movementY / 100];
    again();
  });
  canvas.addEventListener("keydown", event => {
    const step = {ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15]}[event.key];
    if (!step) return;
    turn = [turn[0] + step[0], turn[1] + step[1]];
    again();
    event.preventDefault();
  });
  return canvas;
}

export const DRAWINGS = {numbers, spectrum, network, decisions, points, dependence, prediction, atoms};
