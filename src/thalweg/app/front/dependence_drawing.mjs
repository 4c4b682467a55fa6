// The mean prediction over the values of one input, a small panel an input, a line an output.
import {scaleLinear} from "d3-scale";
import {fitted, line} from "./axes.mjs";
import {extent, rounded} from "./numbers.mjs";
import {picture, WIDTH} from "./picture.mjs";

const ACROSS = 3, TALL = 104, LEFT = 30;

export function dependence({panels, is_of_classes: isOfClasses}, theme, landscape) {
  const palette = landscape.notes.colours_of_groups, rows = Math.ceil(panels.length / ACROSS);
  const across = Math.min(ACROSS, panels.length), wide = (WIDTH - LEFT) / across;
  // One scale for all: what matters is which of them moves the prediction more.
  const range = isOfClasses ? [0, 1] : extent(panels.flatMap(panel => panel.average.flat()));
  const names = panels.map(panel => panel.name).join(", ");
  const nOutputs = panels[0].average.length, legend = nOutputs > 1 ? 16 : 0;
  return picture(rows * TALL + legend, `partial dependence on ${names}`, g => {
    if (legend) {
      g.textAlign = "left";
      g.textBaseline = "top";
      let at = LEFT + 4;
      for (let output = -1; output < Math.min(nOutputs, 12); output++) {
        const text = output < 0 ? (isOfClasses ? "class" : "output") : String(output);
        g.fillStyle = output < 0 ? theme.muted : palette[output % palette.length];
        g.fillText(text, at, 0);
        at += g.measureText(text).width + 8;
      }
    }
    panels.forEach(({name, grid, average}, k) => {
      const left = LEFT + wide * (k % across), top = TALL * Math.floor(k / across) + 16 + legend, low = top + TALL - 38;
      const x = scaleLinear().domain(extent(grid)).range([left + 4, left + wide - 8]);
      const y = scaleLinear().domain(range).range([low, top]);
      g.lineWidth = 1;
      g.textBaseline = "middle";
      for (const tick of y.ticks(3)) {
        line(g, theme.line, left, Math.round(y(tick)) + 0.5, left + wide - 4, Math.round(y(tick)) + 0.5);
        g.fillStyle = theme.muted;
        g.textAlign = "right";
        if (k % across === 0) g.fillText(y.tickFormat(3)(tick), left - 4, y(tick));
      }
      g.lineWidth = 1.6;
      average.forEach((values, output) => {
        g.strokeStyle = palette[output % palette.length];
        g.beginPath();
        values.forEach((value, i) => i ? g.lineTo(x(grid[i]), y(value)) : g.moveTo(x(grid[i]), y(value)));
        g.stroke();
      });
      g.fillStyle = theme.muted;
      g.textBaseline = "alphabetic";
      g.textAlign = "left";
      g.fillText(rounded(grid[0], 2), left + 4, low + 14);
      g.textAlign = "right";
      g.fillText(rounded(grid.at(-1), 2), left + wide - 8, low + 14);
      g.fillStyle = theme.ink;
      g.textAlign = "center";
      g.fillText(fitted(g, name, wide / 3), left + wide / 2 - 2, low + 14);
    });
  })[0];
}
