// A canvas of a detail: as wide as its column, drawn at twice that density.
import {element} from "./dom.mjs";
import {FONT} from "./surface.mjs";

export const WIDTH = 380;

/** The canvas, and a function that draws it again. */
export function picture(height, label, paint) {
  const density = 2;  // it is scaled to the width of its column
  const canvas = element("canvas.drawing", {width: WIDTH * density, height: height * density, role: "img", "aria-label": label});
  canvas.style.aspectRatio = `${WIDTH} / ${height}`;
  const g = canvas.getContext("2d");
  const again = () => {
    g.setTransform(density, 0, 0, density, 0, 0);
    g.clearRect(0, 0, WIDTH, height);
    g.font = `11px ${FONT}`;
    paint(g);
  };
  again();
  return [canvas, again];
}
