"""Several landscapes side by side: what is sent, the live page in a real browser, the file, the notebook."""

import json

import numpy as np
import pytest
from browsing import until
from landscape_of_points import landscape_of_points, small_network
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import ComparedSource, ExplorerServer, export
from thalweg.app.comparison import comparison_of
from thalweg.app.followed import FoldMark, Followed
from thalweg.app.packing import unpack

L2 = (1e-3, 1e-2, 1e-1)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Landscapes at three values: minima move a little, the third is gone, another comes."""
    folder = tmp_path_factory.mktemp("compared")
    points = 3 * np.random.default_rng(1).normal(size=(5, small_network().dimension))
    chosen = [[0, 1, 2, 3], [3, 1, 0], [1, 4, 3, 0]]
    places = [folder / f"{k}.db" for k in range(3)]
    for k, (l2, numbers) in enumerate(zip(L2, chosen, strict=True)):
        landscape_of_points(small_network(l2), points[numbers] + 0.01 * k, None, places[k]).close()
    return places


@pytest.fixture(scope="module")
def followed():
    tracks = tuple(np.array(track) for track in ([0, 1, 2, 3], [3, 1, 0], [1, 4, 3, 0]))
    folds = (FoldMark(2e-3, "death", 1e-3, 2, 0.3), FoldMark(0.05, "birth", 0.1, 1, 0.2))
    return Followed("l2", L2, tracks, folds)


@pytest.fixture(scope="module")
def page(opened, files, followed):
    source = ComparedSource(files, followed=followed)
    with ExplorerServer(source) as server:
        yield opened(server.url, ready="globalThis.thalwegComparison?.shown")
    source.close()


def _chosen(page):
    return page.evaluate("thalwegComparison.panes.map(p => p.explorer.state.selectedMinima())")


def _show(page, left, right):
    page.evaluate("shown => thalwegComparison.show(...shown)", [left, right])


def test_minima_of_one_track_are_one_and_the_rule_is_said(files):
    with tw.Landscape.open(files[0]) as a, tw.Landscape.open(files[1]) as b:
        comparison = comparison_of([a, b], names=["weak", "strong"])
    first, second = (part.arrays["track"] for part in comparison.parts)
    assert first.tolist() == [0, 1, 2, 3] and second.tolist() == [3, 1, 0]
    assert comparison.notes["are_matched"] and "hardly moved" in comparison.notes["rules"][0]
    assert comparison.notes["names"] == ["weak", "strong"] and comparison.notes["folds"] == []


def test_networks_are_put_side_by_side_and_not_matched():
    network = nested_funnels(5)
    comparison = comparison_of([network, network])
    tracks = np.concatenate([part.arrays["track"] for part in comparison.parts])
    assert len(set(tracks.tolist())) == 10 and not comparison.notes["are_matched"]
    with pytest.raises(ValueError, match="two landscapes or more"):
        comparison_of([network])
    with pytest.raises(ValueError, match="2 landscapes and 1 names"):
        comparison_of([network, network], names=["one"])


def test_a_scan_of_other_landscapes_is_refused(followed):
    network = nested_funnels(5)
    with pytest.raises(ValueError, match="have grown, or"):
        comparison_of([network] * 3, followed=followed)


def test_what_a_scan_wrote_is_read_again(followed, tmp_path):
    file = tmp_path / "scan.json"
    folds = [
        {"critical value": 0.002, "kind": "death", "seen from": 1e-3, "minimum": 2, "loss": 0.3}
    ]
    values = {
        "parameter": "l2",
        "values": [{"value": value} for value in L2],
        "tracks": [track.tolist() for track in followed.tracks],
        "folds": folds,
    }
    file.write_text(json.dumps(values))
    again = Followed.read(file)
    assert again.folds == followed.folds[:1] and again.values == L2
    assert [t.tolist() for t in again.tracks] == [t.tolist() for t in followed.tracks]
    file.write_text(json.dumps({name: values[name] for name in ("parameter", "values", "folds")}))
    with pytest.raises(ValueError, match="Run `thalweg scan` again"):
        Followed.read(file)


def test_what_is_chosen_on_one_side_is_chosen_on_the_other(page):
    _show(page, 0, 1)
    assert "3 minima in both, 1 only on the left, 0 only on the right" in (
        page.locator(".statement").inner_text()
    )
    page.evaluate("thalwegComparison.panes[0].explorer.state.select([0, 2, 3])")
    assert _chosen(page) == [[0, 2, 3], [0, 2]]
    page.evaluate("thalwegComparison.panes[1].explorer.state.look(1)")
    assert page.evaluate("thalwegComparison.panes[0].explorer.state.focus") == 1
    page.get_by_label("linked").uncheck()
    page.evaluate("thalwegComparison.panes[0].explorer.state.select([1])")
    assert _chosen(page) == [[1], [0, 2]]
    page.get_by_label("linked").check()


def test_the_table_says_which_minimum_it_is_there(page):
    _show(page, 0, 1)
    columns = page.evaluate(
        """() => Object.fromEntries(thalwegComparison.panes[0].explorer.state.landscape.columns
        .filter(c => c.isMatched).map(c => [c.name, [...c.values].map(v => Number.isNaN(v) ? null : v)]))"""
    )
    assert columns["minimum there"] == [2, 1, None, 0] and columns["match"] == [1, 1, 0, 1]
    assert columns["loss there"][0] == pytest.approx(0.2)


def test_both_trees_stand_over_one_loss_axis(page):
    _show(page, 0, 1)
    ranges = "thalwegComparison.panes.map(p => p.explorer.tree.frame.domain[1])"
    first, second = page.evaluate(ranges)
    assert first == second
    page.evaluate("thalwegComparison.lossRange = [0, 9]")
    page.get_by_label("one loss axis").uncheck()
    assert page.evaluate(ranges)[0][1] < 1
    page.get_by_label("one loss axis").check()
    assert page.evaluate(ranges)[0][1] > 9


def test_the_slider_goes_through_the_values_and_the_selection_goes_along(page):
    _show(page, 0, 1)
    page.evaluate("thalwegComparison.panes[0].explorer.state.select([3])")
    page.get_by_label("l2", exact=True).fill("1")
    until(page, "thalwegComparison.shown[0] === 1")
    assert page.evaluate("thalwegComparison.shown") == [1, 2]
    assert _chosen(page) == [[0], [2]]
    assert "Between 0.01 and 0.1: birth at 0.05" in page.locator(".between").inner_text()
    assert page.locator(".pane select").first.input_value() == "1"


def test_a_fold_leads_to_the_minimum_that_dies_in_it(page):
    _show(page, 1, 2)
    page.get_by_role("button", name="death of a minimum at 0.002").click()
    until(page, "thalwegComparison.shown[0] === 0")
    until(page, "thalwegComparison.panes[0].explorer.state.focus === 2")
    assert _chosen(page) == [[2], []]


def test_details_come_from_the_landscape_that_is_asked(page):
    _show(page, 0, 2)
    page.evaluate("thalwegComparison.panes[1].explorer.state.look(1)")
    detail = page.locator(".pane >> nth=1").locator(".detail h3", has_text="Stationary point")
    detail.wait_for()
    assert "0.133333" in page.locator(".pane >> nth=1").locator(".detail").inner_text()
    assert page.complaints == []


def test_a_notebook_has_the_selections_as_ids_of_each_landscape(page):
    told = page.evaluate(
        """async () => {
        const {default: widget} = await import(document.querySelector('script[type=module]').src);
        const {host} = thalwegComparison;
        const parts = await Promise.all([0, 1, 2].map(async k => (await host.modelOf(k)).get('data')));
        const values = {parts, comparison: host.notes, options: {details: [true, true, false]},
          selections: [[], [], []]};
        const hears = {}, model = {get: name => values[name], set(name, value) { values[name] = value; },
          save_changes() {}, on(event, hear) { hears[event] = hear; }, off(event) { delete hears[event]; },
          send(message) { this.sent = message; }};
        const el = document.body.appendChild(document.createElement('div'));
        const end = widget.render({model, el});
        const pane = () => el.shadowRoot.querySelectorAll('.pane > div')[0].shadowRoot;
        while (!pane()?.querySelector('.row')) await new Promise(resolve => setTimeout(resolve, 20));
        pane().querySelector('.row[data-minimum="0"]').click();
        await new Promise(resolve => setTimeout(resolve, 200));
        const {selections} = values, {sent} = model;
        end();
        return {selections, sent, left: el.shadowRoot.children.length, hears: Object.keys(hears)}; }"""
    )
    assert told["selections"] == [[1], [3], []]
    assert told["sent"]["landscape"] in (0, 1) and told["sent"]["kind"] == "detail"
    assert told["left"] == 0 and told["hears"] == []


def test_one_file_holds_the_comparison_and_fits_a_telephone(opened, files, tmp_path):
    with tw.Landscape.open(files[0]) as a, tw.Landscape.open(files[1]) as b:
        text = export(a, b, names=["<b>weak", "strong"], details=1)
    file = tmp_path / "both.html"
    file.write_text(text, encoding="utf-8")
    address = f"{file.as_uri()}#left=1&right=0"
    page = opened(address, width=420, ready="globalThis.thalwegComparison?.shown")
    assert page.evaluate("thalwegComparison.shown") == [1, 0]
    assert page.locator("h1").first.inner_text() == "<b>weak | strong"
    page.evaluate("thalwegComparison.panes[1].explorer.state.select([2])")
    assert _chosen(page) == [[], [2]]
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    asked = [url for url in page.requests if not url.startswith("data:")]
    assert asked == [file.as_uri()]
    assert page.complaints == []


def test_the_widget_answers_for_each_landscape(files, monkeypatch):
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    with tw.Landscape.open(files[0]) as a, tw.Landscape.open(files[1]) as b:
        widget, sent = tw.view(a, b), []
        monkeypatch.setattr(widget, "send", sent.append)
        for number in (1, 7):
            question = {"kind": "detail", "of": "minimum", "numbers": [2], "key": "k"}
            widget._handle_custom_msg({**question, "landscape": number}, [])
        with pytest.raises(ValueError, match="annotations are for one network"):
            tw.view(a, b, annotations={"auc": [1.0]})
        with pytest.raises(ValueError, match="for several landscapes"):
            tw.view(a, names=["one"])
    assert len(sent) == 1 and sent[0]["landscape"] == 1 and "sections" in sent[0]
    assert [unpack(part)[1]["n_minima"] for part in widget.parts] == [4, 3]
    assert widget.selections == [[], []] and widget.options == {"details": [True, True]}
