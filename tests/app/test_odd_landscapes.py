"""Landscapes at the edges: one minimum, none joined, very many, no losses to compare; in a real browser."""

import numpy as np
import pytest
from browsing import until
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import export

ODD = {
    "one minimum": (tw.Network.from_arrays([1.0]), {}),
    "none joined": (tw.Network.from_arrays(np.linspace(0, 1, 9)), {"auc": np.full(9, np.nan)}),
    "all alike": (tw.Network.from_arrays([2.0] * 4, [(0, 1), (1, 2)], [2.0, 2.0]), {}),
    "huge losses": (tw.Network.from_arrays([-1e300, 1e300], [(0, 1)], [1.5e300]), {}),
    "rates": (tw.Network.from_rates(np.array([[-1.0, 1.0], [2.0, -2.0]])), {}),
}


def _use(page):
    """Every view, every column and every tool once."""
    page.evaluate(
        """() => { const e = thalwegExplorer, s = e.state;
        s.landscape.columns.forEach((_, k) => {
          s.set('colourBy', k); e.plots[0].show([k, 0]); e.plots[1].show(k);
          e.tree.surface.paintNow(); e.show(k % 4); e.plots[k % 4].surface.paintNow(); });
        s.set('hasNames', true); s.set('hasWidths', s.landscape.notes.has_temperature);
        s.set('ruler', s.landscape.lowest);
        s.select([0]); s.look(0); s.select([...s.landscape.order.subarray(0, 2)]);
        e.show(3); e.plots[3].surface.paintNow(); e.tree.foldBelow(s.landscape.arrays.level_loss[0]);
        e.tree.showSelection(); e.tree.surface.paintNow(); e.table.csv(); e.tree.surface.svg(); }"""
    )


@pytest.mark.parametrize("name", ODD)
def test_an_odd_landscape_is_shown_in_every_view(name, opened, tmp_path):
    network, annotations = ODD[name]
    file = tmp_path / "odd.html"
    file.write_text(export(network, annotations=annotations), encoding="utf-8")
    page = opened(file.as_uri())
    _use(page)
    n = network.n_minima
    assert page.locator(".counts").inner_text().startswith(f"{n} minim{'um' if n == 1 else 'a'}")
    assert page.complaints == []
    if name == "all alike":
        page.evaluate("thalwegExplorer.state.select([0, 2])")
        text = page.evaluate("thalwegExplorer.plots[3].surface.svg().text()")
        assert "barrier 0 from" in text


def test_thousands_of_minima_are_all_there_and_few_rows_exist(opened, tmp_path):
    file = tmp_path / "many.html"
    file.write_text(export(nested_funnels(1_500)), encoding="utf-8")
    page = opened(file.as_uri())
    assert page.locator(".table").get_attribute("aria-rowcount") == "1501"
    assert page.locator(".row").count() < 40
    page.locator(".table").evaluate("table => { table.scrollTop = table.scrollHeight; }")
    until(
        page,
        """document.querySelector('main').shadowRoot.querySelector('.row:last-child')
        .getAttribute('aria-rowindex') === '1501'""",
    )
    page.evaluate("thalwegExplorer.state.selectPlaces(200, 1200)")
    assert page.locator(".status").inner_text().replace("\u202f", "") == "1000 selected"
    assert page.complaints == []
