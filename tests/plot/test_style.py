"""The style sheet of the documentation's figures."""

from matplotlib import pyplot
from matplotlib.colors import to_hex

from thalweg.plot import palette


def test_the_style_sheet_has_the_colours_of_the_groups():
    with pyplot.style.context("thalweg.plot.thalweg"):
        colours = [to_hex(one["color"]) for one in pyplot.rcParams["axes.prop_cycle"]]
    assert colours == [to_hex(colour) for colour in palette.GROUPS]
