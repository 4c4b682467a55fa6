"""Every exchange format keeps the contract, and careless ones are caught."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.exchange import FORMATS, FileFormat, Written
from thalweg.problems import schwefel
from thalweg.testing import ContractError, check_exchange_format


@pytest.fixture(scope="module")
def explored():
    # Seven minima in a row, and one point of rest that is not between two of them.
    return tw.explore(schwefel(1), workers=1)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_keep_the_contract(name, explored):
    check_exchange_format(FORMATS[name])
    check_exchange_format(FORMATS[name], landscape=explored)


PATHSAMPLE = FORMATS["pathsample"]


def overwriting(landscape, path):
    for file in path.glob("*") if path.exists() else ():
        file.unlink()
    PATHSAMPLE.write(landscape, path)


def rounded(path, dimension):
    points = PATHSAMPLE.read(path, dimension)
    return tw.landscape.exchange.ForeignPoints(
        points.minima.round(2),
        points.losses + 1e-3,
        points.transition_states,
        points.barrier_losses,
        points.edges[:, :1].repeat(2, axis=1),
    )


def one_a_pair(path, dimension):
    points = PATHSAMPLE.read(path, dimension)
    first = np.unique(np.sort(points.edges, axis=1), axis=0, return_index=True)[1]
    return tw.landscape.exchange.ForeignPoints(
        points.minima,
        points.losses,
        points.transition_states[first],
        points.barrier_losses[first],
        points.edges[first],
    )


def boasting(landscape, path):
    PATHSAMPLE.write(landscape, path)
    return Written(100, 100)


def trusting(path, dimension):
    return np.load(path / "points.npy")


@pytest.mark.parametrize(
    ("write", "read", "items"),
    [
        (overwriting, PATHSAMPLE.read, {"files are never overwritten"}),
        (boasting, PATHSAMPLE.read, {"the number of points written is told"}),
        (
            PATHSAMPLE.write,
            one_a_pair,
            {"transition states are read back with their minima"},
        ),
        (
            PATHSAMPLE.write,
            rounded,
            {
                "minima are read back",
                "transition states are read back with their minima",
                "an import finds every point as it was stated",
            },
        ),
        (PATHSAMPLE.write, trusting, {"missing files are refused", "write and read", "import"}),
    ],
)
def test_a_careless_format_is_caught(write, read, items):
    with pytest.raises(ContractError) as caught:
        check_exchange_format(FileFormat("careless", write, read))
    assert items <= set(caught.value.items)
