"""Figures of what minima contribute, of their isomers and of their distances, and of the data."""

import numpy as np
import pytest

from thalweg import plot
from thalweg.analysis import Isomers
from thalweg.learn import PairDistances


def test_contributions_leave_out_what_is_below_one_half():
    rng = np.random.default_rng(0)
    inputs, p = rng.normal(size=(30, 2)), rng.uniform(size=(2, 30))
    picked, targets = np.arange(30) % 2, np.arange(30) % 3
    panels = plot.contributions(inputs, p, picked, targets, names=["a", "b"])
    drawn = [sum(len(c.get_offsets()) for c in ax.collections) for ax in panels]
    together = p[picked, np.arange(30)]
    assert drawn == [(together >= 0.5).sum(), (p[0] >= 0.5).sum(), (p[1] >= 0.5).sum()]
    # One shape a class, one colour a minimum.
    assert len({c.get_paths()[0].vertices.tobytes() for c in panels[1].collections}) == 3
    colours = [{tuple(c.get_facecolor()[0]) for c in ax.collections} for ax in panels]
    assert colours[0] == colours[1] | colours[2] and len(colours[1]) == len(colours[2]) == 1
    every = plot.contributions(inputs, p, picked, targets, least=0.0)
    assert sum(len(c.get_offsets()) for c in every[1].collections) == 30
    with pytest.raises(ValueError, match="two inputs"):
        plot.contributions(np.zeros((30, 3)), p, picked, targets)


def test_isomers_are_a_matrix_with_its_scale():
    distances = np.array([[0.0, 2.0], [2.0, 0.0]])
    ax = plot.isomer_distances(Isomers(np.zeros((2, 3)), distances))
    np.testing.assert_array_equal(ax.images[0].get_array(), distances)
    assert "Euclidean distance" in [a.get_ylabel() for a in ax.figure.axes][1]


def test_every_pair_is_a_dot():
    pairs = PairDistances(np.array([1.0, 2.0, 4.0]), np.ones(3), np.array([0.1, 0.2, 0.4]))
    ax = plot.pair_distances(pairs)
    np.testing.assert_array_equal(
        ax.collections[0].get_offsets(), np.column_stack([[1, 2, 4], [0.1, 0.2, 0.4]])
    )
    assert "r = 1.00" in ax.get_title() and "as found" in ax.get_xlabel()
    assert "aligned" in plot.pair_distances(pairs, is_aligned=True).get_xlabel()


def test_classes_have_a_colour_each():
    inputs, targets = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 0])
    ax = plot.classes(inputs, targets)
    assert [len(c.get_offsets()) for c in ax.collections] == [3, 1]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["class 0", "class 1"]
    with pytest.raises(ValueError, match="two inputs"):
        plot.classes(np.zeros((4, 3)), targets)
