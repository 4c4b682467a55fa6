"""The widget of a notebook: data, selection, answers."""

import numpy as np
import pytest
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app.packing import unpack
from thalweg.testing.analytic import fill

pytest.importorskip("anywidget", reason="anywidget is not installed")


@pytest.fixture(scope="module")
def landscape():
    landscape = tw.Landscape.create(tw.problems.double_well())
    fill(landscape)
    return landscape


def test_it_holds_the_landscape_and_the_module(landscape):
    widget = tw.view(landscape)
    assert unpack(widget.data)[1]["n_minima"] == landscape.n_minima
    assert "THALWEGV" in widget._esm and widget.options == {"details": True}


def test_the_selection_is_a_list_of_ids(landscape):
    widget = tw.view(landscape)
    widget.selection = [2]
    assert widget.get_state()["selection"] == [2]


def test_questions_are_answered_and_faults_said(landscape, monkeypatch):
    widget, sent = tw.view(landscape), []
    monkeypatch.setattr(widget, "send", sent.append)
    for number in (1, 9):
        question = {"kind": "detail", "of": "minimum", "numbers": [number], "key": f"k{number}"}
        widget._handle_custom_msg(question, [])
    assert sent[0]["key"] == "k1" and sent[0]["sections"][0]["title"] == "Stationary point"
    assert sent[1]["key"] == "k9" and "no minimum 9" in sent[1]["error"]


def test_a_network_is_shown_with_columns_of_ones_own():
    widget = tw.view(nested_funnels(5), annotations={"mine": np.arange(5.0)})
    assert "mine" in [column["name"] for column in unpack(widget.data)[1]["columns"]]
    assert widget.options == {"details": False}
