"""Figures of Hessian spectra."""

import pytest

import thalweg as tw
from thalweg import plot


def test_spectra_show_negative_curvatures_apart():
    landscape = tw.explore(tw.problems.muller_brown(), workers=1)
    ax = plot.spectra([*landscape.minima(), *landscape.transition_states()])
    crosses = [line for line in ax.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert len(crosses) == 2 and ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="no points"):
        plot.spectra([])
