"""What the explorer costs in a real browser: file size, loading, zooming, hovering, choosing.

Of more than 100,000 minima the 20,000 deepest are drawn. Needs playwright (the extra dev) and Chromium; drawn
without a GPU. Prints a table.

    python benchmarks/explorer.py 1000 20000 100000 200000
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "app"))

from browsing import until
from playwright.sync_api import sync_playwright
from synthetic import nested_funnels

from thalweg.app import export

REPEATS = 15
_MEASURE = """n => {
  const e = thalwegExplorer, s = e.state, l = s.landscape;
  const median = act => { const times = [];
    for (let k = 0; k < n; k++) {
      const start = performance.now();
      act(k);
      times.push(performance.now() - start); }
    // What was drawn is only finished once a pixel of it is read.
    return times.sort((a, b) => a - b)[n >> 1]; };
  const drawn = view => {
    view.surface.paintNow();
    view.surface.canvas.getContext('2d').getImageData(0, 0, 1, 1); };
  e.tree.reset();
  const whole = median(() => drawn(e.tree));
  const zoom = median(k => { e.tree.frame.zoomBy(k % 2 ? 1 / 3 : 3); drawn(e.tree); });
  const hover = median(k => {
    e.tree.leafNear(200 + 20 * k, 300);
    e.tree.branchNear(200 + 20 * k, 300); });
  const select = median(k => {
    const a = (k * 37) % (l.n >> 1);
    s.selectPlaces(a, a + (l.n >> 2));
    drawn(e.tree);
    drawn(e.plots[0]); });
  const slide = median(k => { s.hasWidths = true; s.setTemperature(0.01 + 0.001 * k); drawn(e.tree); });
  return {whole, zoom, hover, select, slide}; }"""


def measured(n: int, folder: Path) -> tuple[float, ...]:
    """Seconds to make the file, its megabytes, seconds to load it, milliseconds of each use."""
    network, file = nested_funnels(n), folder / f"{n}.html"
    start = time.process_time()
    file.write_text(export(network), encoding="utf-8")
    made = time.process_time() - start
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.complaints = []
        start = time.perf_counter()
        page.goto(file.as_uri())
        until(page, "globalThis.thalwegExplorer?.tree.surface.nPaints > 0")
        loaded = time.perf_counter() - start
        times = page.evaluate(_MEASURE, REPEATS)
        browser.close()
    return made, file.stat().st_size / 1e6, loaded, *times.values()


def main() -> None:
    """Print the table."""
    sizes = [int(n) for n in sys.argv[1:]] or [1_000, 20_000, 100_000, 200_000]
    print(
        "minima | file made, CPU s | MB | load, s | ms: whole tree | zoom | hover | select | slide T"
    )
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            made, size, loaded, *times = measured(n, Path(folder))
            print(
                f"{n} | {made:.1f} | {size:.2f} | {loaded:.2f} | "
                + " | ".join(f"{t:.1f}" for t in times)
            )


if __name__ == "__main__":
    main()
