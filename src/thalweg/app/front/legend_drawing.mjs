// The legend on a context, below a picture that is saved.
import {fitted} from "./axes.mjs";
import {grouped} from "./numbers.mjs";
import {FONT} from "./surface.mjs";

const ROW = 18;
const MARGIN = 12;
const BAR = 140;

/** What the colours mean, and a note, from y downwards; returns the height that it takes. */
export function drawLegend(g, {colouring, note}, theme, y, width) {
  if (!colouring && !note) return 0;
  let [x, at] = [MARGIN, y + ROW / 2];
  const place = room => {
    if (x > MARGIN && x + room > width - MARGIN) [x, at] = [MARGIN, at + ROW];
    x += room;
    return x - room;
  };
  const say = (text, {weight = "", colour = theme.muted, gap = 12} = {}) => {
    g.font = `${weight}11px ${FONT}`;
    const shown = fitted(g, text, width - 2 * MARGIN - 20), room = g.measureText(shown).width;
    g.fillStyle = colour;
    g.fillText(shown, place(room + gap), at);
  };
  g.textAlign = "left";
  g.textBaseline = "middle";
  if (colouring) {
    const {legend, colours} = colouring;
    say(legend.name, {weight: "600 ", colour: theme.ink});
    for (const {name, colour, n} of legend.entries ?? []) {
      g.font = `11px ${FONT}`;
      const text = fitted(g, n === null ? name : `${name} (${grouped(n)})`, 180), room = g.measureText(text).width;
      const left = place(room + 28);
      g.fillStyle = colour;
      g.fillRect(left, at - 5, 10, 10);
      g.fillStyle = theme.muted;
      g.fillText(text, left + 15, at);
    }
    if (!legend.entries) {
      say(legend.lowText, {gap: 6});
      const left = place(BAR + 6);
      colours.forEach((colour, k) => {
        g.fillStyle = colour;
        g.fillRect(left + BAR * k / colours.length, at - 4, BAR / colours.length + 0.5, 8);
      });
      say(legend.highText);
      if (legend.note) say(legend.note);
    }
  }
  if (note) {
    if (x > MARGIN) [x, at] = [MARGIN, at + ROW];
    say(note);
  }
  return at + ROW / 2 + 4 - y;
}
