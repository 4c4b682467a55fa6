"""ROC curves as a figure."""

import numpy as np

from thalweg import analysis, plot


def test_curves_are_named_with_their_area():
    truth = np.array([True, False, True, False])
    curves = {
        "good": analysis.roc_curve(np.array([0.9, 0.1, 0.8, 0.2]), truth),
        "bad": analysis.roc_curve(np.array([0.1, 0.9, 0.2, 0.8]), truth),
    }
    ax = plot.roc_curves(curves)
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["good, area 1.000", "bad, area 0.000"]
    assert len(ax.lines) == 3 and "F(P)" in ax.get_xlabel()
