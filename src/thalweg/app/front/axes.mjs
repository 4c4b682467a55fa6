// Axes of the plots: ticks, faint grid, captions.
import {FONT} from "./surface.mjs";

export function clipTo(g, frame, width, height) {
  const {left, right, top, bottom} = frame.margins;
  g.save();
  g.beginPath();
  g.rect(left, top, width - left - right, height - top - bottom);
  g.clip();
}

export function axes(g, frame, colours, {width, height, x, y, xTicks = true, xFormat, yFormat}) {
  const {left, right, top, bottom} = frame.margins;
  g.font = `11px ${FONT}`;
  g.lineWidth = 1;
  g.setLineDash([]);
  const yTicks = frame.y.ticks(Math.max(2, Math.floor(height / 56)));
  const format = yFormat ?? tickFormat(frame.y, yTicks.length);
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const tick of yTicks) {
    const at = Math.round(frame.y(tick)) + 0.5;
    if (at < top || at > height - bottom) continue;
    line(g, colours.line, left, at, width - right, at);
    g.fillStyle = colours.muted;
    g.fillText(format(tick), left - 8, at);
  }
  if (xTicks) {
    const ticks = frame.x.ticks(Math.max(2, Math.floor(width / 90)));
    const formatX = xFormat ?? tickFormat(frame.x, ticks.length);
    g.textAlign = "center";
    g.textBaseline = "top";
    g.fillStyle = colours.muted;
    for (const tick of ticks) {
      const at = frame.x(tick);
      if (at >= left && at <= width - right) g.fillText(formatX(tick), at, height - bottom + 6);
    }
    line(g, colours.faint, left, height - bottom + 0.5, width - right, height - bottom + 0.5);
  }
  g.fillStyle = colours.muted;
  g.textBaseline = "alphabetic";
  if (y) { g.textAlign = "left"; g.fillText(fitted(g, y, width - 16), 8, top - 11); }
  if (x) { g.textAlign = "right"; g.fillText(fitted(g, x, width - 16), width - right, height - 4); }
}

/** Decimals as the ticks need them; powers of ten where plain numbers would be long. */
export function tickFormat(scale, n) {
  const largest = Math.max(...scale.domain().map(Math.abs));
  return largest >= 1e6 || largest < 1e-4 ? scale.tickFormat(n, "~e") : scale.tickFormat(n);
}

export function line(g, colour, x0, y0, x1, y1) {
  g.strokeStyle = colour;
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** A text, shortened with an ellipsis if it is wider than there is room. */
export function fitted(g, text, room) {
  if (g.measureText(text).width <= room) return text;
  let low = 0, high = text.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (g.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle;
  }
  return `${text.slice(0, low)}…`;
}
