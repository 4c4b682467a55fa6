"""The live page in a real browser follows a landscape that grows; and the module as a notebook has it."""

import io

import pandas as pd
import pytest
from browsing import until

import thalweg as tw
from thalweg.app import ExplorerServer, LandscapeSource
from thalweg.testing.analytic import SEARCHES, STARTS


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("live") / "a.db"
    landscape = tw.Landscape.create(tw.problems.double_well(), file)
    landscape.record(STARTS, landscape.start_run("check", {}, 0))
    landscape.close()
    return file


@pytest.fixture(scope="module")
def page(opened, file):
    source = LandscapeSource(file)
    with ExplorerServer(source) as server:
        yield opened(server.url)
    source.close()


def test_it_shows_what_was_added_and_keeps_what_was_chosen(page, file):
    page.evaluate("thalwegExplorer.state.select([1])")
    assert "0 transition states" in page.locator(".counts").inner_text()
    with tw.Landscape.open(file, tw.problems.double_well()) as landscape:
        landscape.record(SEARCHES, landscape.start_run("check", {}, 0))
    until(page, "thalwegExplorer.state.landscape.notes.n_transition_states > 0")
    assert page.evaluate("thalwegExplorer.state.selectedMinima()") == [1]
    assert page.locator(".live").inner_text() == "live"


def test_details_come_from_the_server(page):
    page.evaluate("thalwegExplorer.state.select([0]); thalwegExplorer.state.look(0)")
    page.locator(".detail h3", has_text="Stationary point").wait_for()
    assert page.locator(".detail canvas").count() == 1


def test_the_selection_comes_as_parquet(page):
    page.evaluate("thalwegExplorer.state.select([0, 1])")
    with page.expect_download() as download:
        page.get_by_role("button", name="Parquet").click()
    table = pd.read_parquet(io.BytesIO(download.value.path().read_bytes()))
    assert table["minimum"].tolist() == [0, 1]
    temperature = page.evaluate("thalwegExplorer.state.temperature")
    shown = page.evaluate("[0, 1].map(i => thalwegExplorer.state.landscape.occupation.values[i])")
    assert table[f"occupation (T = {temperature})"].tolist() == pytest.approx(shown, rel=1e-9)


def test_it_asks_its_own_server_alone(page):
    own = page.url.split("?")[0]
    assert all(url.startswith((own, "data:", "blob:")) for url in page.requests)
    assert page.complaints == []


def test_a_notebook_has_the_selection_as_ids_and_can_set_it(page):
    # The same module, given a model of the form that anywidget gives it.
    told = page.evaluate(
        """async () => {
        const {default: widget} = await import(document.querySelector('script[type=module]').src);
        const hears = {}, data = thalwegExplorer.model.get('data');
        const values = {data, options: {details: true}, selection: []};
        const model = {get: name => values[name], set(name, value) { values[name] = value; },
          save_changes() { this.saved = true; }, off() {},
          on(event, hear) { hears[event] = hear; }, send(message) { this.sent = message; }};
        const el = document.body.appendChild(document.createElement('div'));
        const end = widget.render({model, el});
        await new Promise(resolve => setTimeout(resolve, 50));
        const row = el.shadowRoot.querySelectorAll('.row')[1];
        row.click();
        const chosen = values.selection, number = Number(row.dataset.minimum);
        values.selection = [1, 2];
        hears['change:selection']();
        const again = el.shadowRoot.querySelectorAll('.row[aria-selected=true]').length;
        await new Promise(resolve => setTimeout(resolve, 200));
        const rows = el.shadowRoot.querySelectorAll('.row[aria-selected=true]').length;
        end();
        return {chosen, number, rows, saved: model.saved, sent: model.sent,
          left: el.shadowRoot.children.length}; }"""
    )
    assert told["chosen"] == [told["number"] + 1] and told["saved"] and told["rows"] == 2
    assert told["sent"]["kind"] == "detail" and told["sent"]["of"] == "pair"
    assert told["left"] == 0
