"""A landscape that is not sent whole, in a real browser: all is counted, and opened on demand."""

import pytest
from browsing import until
from synthetic import nested_funnels

from thalweg.app import ExplorerServer, Limits, NetworkSource


@pytest.fixture(scope="module")
def page(opened):
    network = nested_funnels(300, unjoined=0.02)
    source = NetworkSource(network, "many", limits=Limits(whole=200, first=60, more=40))
    with ExplorerServer(source) as server:
        yield opened(server.url)


def test_it_says_how_many_are_drawn_of_how_many(page):
    counts = page.locator(".counts").inner_text()
    assert counts.startswith("300 minima") and "60 drawn" in counts
    note = page.locator(".note").inner_text()
    assert "60 deepest of 300 minima are drawn" in note and "Open them" in note
    assert page.get_by_label("widths").is_hidden()


def test_what_is_chosen_is_opened_and_stays_chosen(page):
    largest = page.evaluate(
        """() => { const {landscape: l} = thalwegExplorer.state;
        const i = l.counts.indexOf(Math.max(...l.counts));
        thalwegExplorer.state.select([i]); thalwegExplorer.state.look(i);
        return {number: l.number(i), count: l.counts[i]}; }"""
    )
    assert page.locator(".detail h2").inner_text() == f"Minimum {largest['number']}"
    page.get_by_role("button", name="Open").click()
    until(page, "thalwegExplorer.state.landscape.n > 60")
    now = page.evaluate(
        """() => { const {state: s} = thalwegExplorer, l = s.landscape, [i] = s.selectedMinima();
        return {number: l.number(i), count: l.counts[i], n: l.n, }; }"""
    )
    assert now["number"] == largest["number"] and now["count"] < largest["count"]
    assert now["n"] == 60 + min(40, largest["count"] - 1)
    until(page, f"location.hash.includes('minima={largest['number']}')")


def test_it_says_why_no_more_is_opened_and_closes_again(page):
    for _ in range(3):
        page.evaluate("thalwegExplorer.state.select(thalwegExplorer.state.landscape.order)")
        n = page.evaluate("thalwegExplorer.state.landscape.notes.opened.length")
        page.get_by_role("button", name="Open").click()
        until(
            page,
            f"thalwegExplorer.state.landscape.notes.opened.length > {n}"
            " || thalwegExplorer.status.textContent.includes('no more can be opened')",
        )
    assert "no more can be opened: 200 minima" in page.locator(".status").inner_text()
    page.get_by_role("button", name="Close").click()
    until(page, "thalwegExplorer.state.landscape.n === 60")
    # A refusal is the server's answer, which a browser notes.
    assert all("400" in one for one in page.complaints)
