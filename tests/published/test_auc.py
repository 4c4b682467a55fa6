"""Published statements on AUC surrogates, in the tiny setting: those that hold at any size."""

import pytest

from thalweg.reproduce import REPRODUCTIONS, TINY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def items(reproduced):
    """Those that share the landscapes of cross-entropy and of the sigmoid."""
    names = ("table-2.4", "figure-2.11", "figure-2.12", "figure-2.13")
    return {name: reproduced(name) for name in names}


def n_holding(reproduction, words):
    (statement,) = (s for s in reproduction.statements if words in s.text)
    return statement.holds.count(True)


def test_no_minimum_of_one_is_a_minimum_of_the_other(items):
    assert n_holding(items["figure-2.12"], "common to both") == 3


def test_minima_relax_to_one_where_fewer_are_reached_than_came_to_rest(items):
    # Eight minima may go to eight others: which it is, is a matter of the last bit of a step of L-BFGS.
    means = items["figure-2.12"].table.ours.filter(regex="minima (at rest|reached)$")
    at_rest, reached = means.filter(like="rest").item(), means.filter(like="reached").item()
    assert 0 < reached <= at_rest
    assert (n_holding(items["figure-2.12"], "relax to one") > 0) == (reached < at_rest)


def test_a_lower_cross_entropy_goes_with_a_higher_auc(items):
    assert n_holding(items["figure-2.13"], "higher test AUC: CE minima") == 3


def test_every_published_order_is_a_statement_also_where_it_does_not_hold(items):
    texts = [statement.text for statement in items["table-2.4"].statements]
    for quantity in ("LPPHE sd", "transition states", "variance of AUC", "minima found"):
        assert any(text.startswith(f"{quantity}: appAUC > CE") for text in texts), quantity
    assert any("F(T) of appAUC" in text for text in texts)


def test_the_table_has_published_values_and_a_spread(items):
    row = items["table-2.4"].table.loc["appAUC: best AUC"]
    assert row.published == 0.81 and 0.5 < row.ours < 1 and row.sd > 0


def test_the_pictures_hold_what_their_captions_say(items):
    panels = {"figure-2.11": 2, "figure-2.12": 4, "figure-2.13": 2}
    for name, n in panels.items():
        (picture,) = items[name].pictures
        figure = picture.figure()
        assert len(figure.axes) == n and all(axes.has_data() for axes in figure.axes), name


@pytest.mark.slow
def test_a_steeper_sigmoid_comes_nearer_the_area(reproduced):
    reproduction = reproduced("figure-2.10")
    off = reproduction.table.filter(like="|loss value - AUC|", axis=0).ours
    assert off["sigmoid, beta 50: median |loss value - AUC|"] < off.max()


@pytest.mark.slow
def test_the_stand_in_for_payments_is_named_in_table_and_setting(landscapes, monkeypatch, tmp_path):
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))
    result = REPRODUCTIONS["table-2.6"](TINY, lambda step: None, landscapes)
    assert "synthetic stand-in" in result.title and "synthetic stand-in" in result.setting
