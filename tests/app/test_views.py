"""Each use of the explorer, end to end: an exported file in a real browser."""

import base64
import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from browsing import until
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import explorer_data, export

NAMES = np.array(["plain", "<img src=x onerror=alert(1)>", "a long name " * 20])


@pytest.fixture(scope="module")
def network():
    return nested_funnels(80, unjoined=0.06)


@pytest.fixture(scope="module")
def auc(network):
    values = 1 - 0.3 * network.losses
    values[7] = np.nan
    return values


@pytest.fixture(scope="module")
def address(network, auc, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    kinds = NAMES[np.arange(80) % 3]
    file.write_text(export(network, annotations={"test auc": auc, "kind": kinds}), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def shown(opened, address):
    return opened(address)


@pytest.fixture
def touched(opened, address):
    """The page on a telephone."""
    return opened(address, width=420, touch=True)


@pytest.fixture
def page(shown):
    """The page with nothing chosen; and it never complained."""
    shown.evaluate(
        """() => { const e = thalwegExplorer, s = e.state;
        e.filter(''); e.tree.reset(); s.select([]); s.look(-1); s.set('colourBy', -1); s.set('ruler', null);
        s.set('collapsed', []); s.set('hasNames', false); s.set('hasWidths', false); e.show(0); }"""
    )
    yield shown
    assert shown.complaints == []


def _selected(page):
    return page.evaluate("thalwegExplorer.state.selectedMinima()")


def _foot(page, minimum):
    """Where a minimum ends in the tree, in pixels of the canvas."""
    return page.evaluate(
        """m => { const t = thalwegExplorer.tree, l = t.state.landscape, p = l.place[m];
        return {x: t.frame.x(t.layout.leaf(p)), y: t.frame.y(l.arrays.drawn_loss[p])}; }""",
        minimum,
    )


def _tree(page):
    return page.locator(".tree canvas")


def test_it_asks_for_nothing_but_itself(page, address):
    assert [url for url in page.requests if not url.startswith("data:")] == [address]


def test_a_foot_is_a_minimum_in_every_view_and_in_the_address(page, network):
    _tree(page).click(position=_foot(page, 3))
    assert _selected(page) == [3]
    assert page.locator(".detail h2").inner_text() == "Minimum 3"
    assert page.locator(".row[aria-selected=true]").get_attribute("data-minimum") == "3"
    until(page, "location.hash.includes('minima=3') && location.hash.includes('look=3')")


def test_a_branch_is_its_subtree_with_the_name_that_the_analysis_gives_it(page, network):
    graph = tw.analysis.disconnectivity_graph(network)
    nodes = graph.to_frame().query("n_minima > 3 and n_minima < 40").drop_duplicates("n_minima")
    assert len(nodes) > 2
    for name in nodes["name"]:
        members = graph.members(name)
        places = [graph.position[int(i)] for i in members]
        first, last = min(places), max(places) + 1
        page.evaluate("r => thalwegExplorer.state.selectPlaces(...r)", [first, last])
        assert sorted(_selected(page)) == sorted(members.tolist())
        node = page.evaluate("r => thalwegExplorer.state.landscape.nodeName(...r)", [first, last])
        assert set(graph.members(node)) == set(members)


def test_a_click_on_a_branch_chooses_what_hangs_below(page, network):
    branch = page.evaluate(
        """() => { const t = thalwegExplorer.tree, l = t.layout;
        for (let k = 0; k < l.n; k++) {
          const x = t.frame.x(l.x1[k]), top = t.frame.y(l.y1[k]), low = t.frame.y(l.y2[k]);
          if (l.stop[k] - l.start[k] > 2 && l.x1[k] === l.x2[k] && low - top > 8) {
            const range = t.branchNear(x, (top + low) / 2);
            const isFree = t.leafNear(x, (top + low) / 2) < 0;
            if (isFree && range && range[0] === l.start[k] && range[1] === l.stop[k])
              return {x, y: (top + low) / 2, members: [...l.landscape.order.subarray(...range)]};
          } } }"""
    )
    _tree(page).click(position={"x": branch["x"], "y": branch["y"]})
    assert sorted(_selected(page)) == sorted(branch["members"])


def test_two_minima_show_the_lowest_path(page, network):
    barriers = tw.analysis.minimax_barriers(network)
    other = int(np.flatnonzero(network.is_joined)[-1])
    _tree(page).click(position=_foot(page, 0))
    page.evaluate("m => thalwegExplorer.state.select([m], 'add')", other)
    page.get_by_role("tab", name="Path").click()
    path = page.evaluate("thalwegExplorer.plots[3].path")
    states = [point["state"] for point in path if "state" in point]
    assert sorted(states) == sorted(barriers.path(0, other).tolist())
    assert max(point["loss"] for point in path) == barriers.between(0, other)
    assert page.locator(".detail h2").inner_text() == f"Minima 0 and {other}"


def test_no_path_is_said_to_be_none(page, network):
    apart = int(np.flatnonzero(~network.is_joined)[0])
    page.evaluate("m => thalwegExplorer.state.select([0, m])", apart)
    assert page.evaluate("thalwegExplorer.plots[3].path") is None


def test_the_slider_moves_occupation_and_heat_capacity(page, network):
    page.get_by_label("Temperature", exact=True).fill("250")
    temperature = page.evaluate("thalwegExplorer.state.temperature")
    averages = tw.analysis.thermodynamics(network, [temperature])
    live = page.evaluate("thalwegExplorer.state.averages")
    assert live["heatCapacity"] == pytest.approx(averages.heat_capacity[0], rel=1e-9)
    assert live["entropy"] == pytest.approx(averages.entropy[0], rel=1e-9)
    p = page.evaluate("[...thalwegExplorer.state.landscape.occupation.values]")
    assert p == pytest.approx(tw.analysis.occupation_probabilities(network, temperature), rel=1e-9)
    page.get_by_role("tab", name="Heat capacity").click()
    page.get_by_label("widths").check()


def test_colours_have_a_legend_whose_groups_choose(page, network):
    page.get_by_label("Colour").select_option("kind")
    assert page.locator(".legend .entry").count() == 3
    page.locator(".legend .entry", has_text="plain").click()
    assert _selected(page) == list(range(0, 80, 3))
    page.get_by_label("Colour").select_option("test auc")
    assert "1 without a value" in page.locator(".legend").inner_text()
    page.get_by_label("Colour").select_option("loss")
    low, high = network.losses.min(), network.losses.max()
    assert f"{low:.6g}" in (text := page.locator(".legend").inner_text()) and f"{high:.6g}" in text


def test_a_double_click_collapses_and_e_expands(page):
    page.evaluate(
        """() => { const e = thalwegExplorer, bounds = e.state.landscape.superbasinsAt(0.5);
        e.tree.fold(bounds.find(([a, b]) => b - a > 5)); }"""
    )
    collapsed = page.evaluate("thalwegExplorer.state.collapsed[0]")
    triangle = page.evaluate(
        """() => { const t = thalwegExplorer.tree, c = t.layout.collapsed[0];
        return {x: t.frame.x(t.layout.leaf(c.lowest)), y: t.frame.y(c.apex) + 12}; }"""
    )
    _tree(page).dblclick(position=triangle)
    assert (
        collapsed[1] - collapsed[0] > 5 and page.evaluate("thalwegExplorer.state.collapsed") == []
    )


def test_what_is_collapsed_stays_so_when_the_landscape_grows(page, network, auc):
    # One more pass, between what stood apart: minima keep their numbers, and stand elsewhere.
    apart = np.flatnonzero(~network.is_joined)
    grown = tw.Network.from_arrays(
        network.losses,
        np.concatenate([network.edges, [(0, apart[0])]]),
        np.append(network.barrier_losses, 1.0),
        lpphe=network.lpphe,
        dimension=30,
    )
    shown = explorer_data(grown, annotations={"test auc": auc})
    data = base64.b64encode(shown.to_bytes()).decode()
    before, after = page.evaluate(
        """data => { const e = thalwegExplorer, s = e.state, former = s.landscape;
        const minima = () => s.collapsed.map(range => [...s.landscape.order.slice(...range)].sort());
        e.tree.foldBelow(0.5);
        const before = minima(), bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
        s.replace(new former.constructor(bytes.buffer)); s.tell('data');
        const after = minima();
        s.replace(former); s.tell('data');
        return [before, after]; }""",
        data,
    )
    assert len(before) > 1 and sorted(before) == sorted(after)


def test_the_level_goes_to_those_that_have_names(page):
    _tree(page).focus()
    for key in "r]]":
        page.keyboard.press(key)
    levels = page.evaluate("[...thalwegExplorer.state.landscape.arrays.level_loss]")
    assert page.evaluate("thalwegExplorer.state.ruler") in levels


def test_a_box_in_the_scatter_chooses_what_is_in_it(page, auc):
    canvas = page.locator(".plot canvas").first
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 70, box["y"] + 30)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 15, box["y"] + box["height"] - 45, steps=3)
    page.mouse.up()
    page.keyboard.up("Shift")
    # All points that have a value; the one without is in no picture.
    assert _selected(page) == [i for i in range(80) if i != 7]
    assert page.locator(".status").inner_text() == "79 selected"


def test_a_range_of_the_histogram_chooses(page, network):
    page.get_by_role("tab", name="Histogram").click()
    box = page.locator(".plot canvas").nth(1).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 90, steps=3)
    page.mouse.up()
    chosen = _selected(page)
    limit = network.losses[chosen].min()
    assert 0 < len(chosen) < 40 and chosen == np.flatnonzero(network.losses >= limit).tolist()


def test_the_table_sorts_filters_and_gives_the_selection_as_csv(page, network, auc):
    page.get_by_role("columnheader", name="test auc").click()
    rows = page.evaluate("thalwegExplorer.table.rows")
    assert rows[-1] == 7 and rows[:-1] == np.argsort(auc, kind="stable")[:-1].tolist()
    page.get_by_label("Filter the table").fill("loss < 0.25 and kind = plain")
    expected = [i for i in range(0, 80, 3) if network.losses[i] < 0.25]
    assert sorted(page.evaluate("thalwegExplorer.table.rows")) == expected
    page.get_by_label("Filter the table").fill("loss < much")
    assert page.get_by_label("Filter the table").get_attribute("aria-invalid") == "true"
    page.get_by_label("Filter the table").fill("kind = unheard of")
    assert "no group" in page.locator(".status").inner_text()
    # A filter hides rows, and changes nothing of what is selected.
    page.evaluate("thalwegExplorer.filter('minimum = 1')")
    page.evaluate("thalwegExplorer.state.select([7, 1])")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert sorted(row["minimum"] for row in table) == ["1", "7"]
    by_number = {row["minimum"]: row for row in table}
    assert float(by_number["1"]["loss"]) == network.losses[1] and by_number["7"]["test auc"] == ""
    assert by_number["1"]["kind"] == NAMES[1]
    temperature = page.evaluate("thalwegExplorer.state.temperature")
    assert float(by_number["1"][f"occupation (T = {temperature})"]) > 0


def test_views_are_saved_as_png_and_svg(page):
    page.evaluate("thalwegExplorer.state.select([1, 2])")
    page.get_by_label("Colour").select_option("kind")
    with page.expect_download() as download:
        page.locator(".plot").get_by_role("button", name="PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    for card in (".tree", ".plot"):
        with page.expect_download() as download:
            page.locator(card).get_by_role("button", name="SVG").click()
        root = ElementTree.parse(download.value.path()).getroot()
        texts = [one.text for one in root.iter() if one.tag.endswith("text")]
        assert root.tag.endswith("svg") and "plain (27)" in texts


def test_it_can_be_used_by_keys_alone(page, network):
    _tree(page).focus()
    page.keyboard.press("Home")
    assert _selected(page) == [network.global_minimum]
    page.keyboard.press("ArrowUp")
    above = _selected(page)
    assert len(above) > 1 and network.global_minimum in above
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert len(_selected(page)) == 1 and _selected(page) != [network.global_minimum]
    page.keyboard.press("+")
    assert page.evaluate("thalwegExplorer.tree.frame.k[0]") > 1
    page.keyboard.press("0")
    assert page.evaluate("thalwegExplorer.tree.frame.k[0]") == 1
    page.keyboard.press("r")
    assert page.evaluate("thalwegExplorer.state.ruler") is not None
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.querySelector('main').shadowRoot.activeElement.type") == "search"


def test_the_wheel_zooms_about_the_pointer_and_a_drag_moves(page):
    box = _tree(page).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    before = page.evaluate("thalwegExplorer.tree.frame.x.invert(300)")
    page.mouse.wheel(0, -400)
    until(page, "thalwegExplorer.tree.frame.k[0] > 1.2")
    assert page.evaluate("thalwegExplorer.tree.frame.x.invert(300)") == pytest.approx(
        before, abs=0.01
    )
    page.mouse.down()
    page.mouse.move(box["x"] + 350, box["y"] + 200, steps=2)
    page.mouse.up()
    # The page draws, and moves, at its next frame.
    until(page, f"Math.abs(thalwegExplorer.tree.frame.x.invert(350) - {before}) < 0.05")
    assert _selected(page) == []


_CONTROLS = {
    "button",
    "checkbox",
    "columnheader",
    "combobox",
    "dialog",
    "grid",
    "image",
    "region",
    "searchbox",
    "slider",
    "tab",
    "textbox",
}


def _accessible(page):
    """What a screen reader is given: role, name and description of everything that is shown."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        tuple(node.get(part, {}).get("value", "") for part in ("role", "name", "description"))
        for node in nodes
        if not node["ignored"]
    ]


def test_everything_has_a_name_for_screen_readers(page):
    page.get_by_label("Colour").select_option("kind")
    page.evaluate("thalwegExplorer.state.select([1]); thalwegExplorer.state.look(1)")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    inside = _accessible(page)
    page.keyboard.press("Escape")
    shown = [*inside, *_accessible(page)]
    assert {role for role, *_ in shown} >= _CONTROLS - {"textbox", "image"}
    assert [one for one in shown if one[0] in _CONTROLS and not one[1].strip()] == []


def test_what_is_in_focus_in_the_tree_is_told_to_screen_readers(page, network):
    _tree(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    minimum = page.evaluate("thalwegExplorer.state.focus")
    trees = [one for one in _accessible(page) if one[1].startswith("Disconnectivity graph")]
    told, loss = trees[0][2].rsplit(" ", 1)
    assert len(trees) == 1 and told == f"minimum {minimum}, loss"
    assert float(loss) == pytest.approx(network.losses[minimum], rel=1e-5)
    assert page.locator("[role=status]").inner_text().startswith(f"minimum {minimum}")


def test_names_from_data_are_texts(page):
    page.get_by_label("Colour").select_option("kind")
    assert page.locator(".legend .entry", has_text=NAMES[1]).count() == 1
    assert page.locator("img").count() == 0


def test_light_and_dark_follow_the_system_and_the_switch(opened, address):
    page = opened(address + "#minima=2-4&colour=loss&T=0.05&filter=loss%20%3C%200.3", scheme="dark")
    assert page.locator(".explorer").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Light or dark").click()
    assert page.locator(".explorer").get_attribute("data-theme") == "light"
    # The address brought the rest with it.
    assert _selected(page) == [2, 3, 4]
    assert page.evaluate("thalwegExplorer.state.temperature") == 0.05
    assert page.get_by_label("Filter the table").input_value() == "loss < 0.3"
    assert re.search("loss", page.locator(".legend").inner_text())
    page.set_viewport_size({"width": 420, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert page.complaints == []


def test_one_finger_scrolls_the_page_past_the_tree_and_two_zoom_it(touched):
    session, box = touched.context.new_cdp_session(touched), _tree(touched).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(*fingers):
        """Each finger from its place by its way."""
        for kind, share in (("touchStart", 0), *[("touchMove", k / 8) for k in range(1, 9)]):
            places = [{"x": a + share * u, "y": b + share * v} for a, b, u, v in fingers]
            points = [{**place, "id": number} for number, place in enumerate(places)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag((x - 20, y, -40, 0), (x + 20, y, 40, 0))
    until(touched, "thalwegExplorer.tree.frame.k[0] > 1.2")
    assert touched.evaluate("[visualViewport.scale, scrollY]") == [1, 0]
    zoomed = touched.evaluate("[thalwegExplorer.tree.frame.k, thalwegExplorer.tree.frame.shift]")
    drag((x, y, 0, -150))
    until(touched, "scrollY > 80")
    now = touched.evaluate("[thalwegExplorer.tree.frame.k, thalwegExplorer.tree.frame.shift]")
    assert now == zoomed
    assert touched.complaints == []


def test_memory_is_the_same_after_two_hundred_interactions(page):
    session = page.context.new_cdp_session(page)
    act = """n => { const e = thalwegExplorer, s = e.state, size = s.landscape.n;
      for (let k = 0; k < n; k++) {
        s.select([k % size, (7 * k) % size]); s.look(k % size); s.point((3 * k) % size);
        s.set('colourBy', k % s.landscape.columns.length); s.setTemperature(0.01 + 0.001 * (k % 9));
        e.tree.frame.zoomBy(k % 2 ? 2 : 0.5); e.show(k % 4);
        for (const view of [e.tree, ...e.plots]) view.surface.paintNow();
      } }"""

    def size():
        session.send("HeapProfiler.collectGarbage")
        return page.evaluate("performance.memory.usedJSHeapSize"), page.evaluate(
            "document.querySelector('main').shadowRoot.querySelectorAll('*').length"
        )

    page.evaluate(act, 20)
    page.wait_for_timeout(100)
    before, nodes = size()
    page.evaluate(act, 200)
    page.wait_for_timeout(100)
    after, nodes_after = size()
    # A list that grew by one landscape an interaction would be ten times this.
    assert after - before < 1_500_000
    assert abs(nodes_after - nodes) < 200
