"""The exported file: complete, the same each time, with nothing from elsewhere in it."""

import base64
import gzip
import re

import numpy as np
import pytest
from landscape_of_points import landscape_of_points
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import export
from thalweg.app.packing import unpack


@pytest.fixture(scope="module")
def page():
    problem = tw.problems.Function(
        lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2,
        dimension=2,
        name="</script><b>well",
        bounds=(-2, 2),
    )
    return export(landscape_of_points(problem, [np.array([1.0, 0]), np.array([-1.0, 0])]))


def test_it_names_no_other_place(page):
    head = page[: page.index("<script")]
    assert not re.search(r'(src|href)="(?!data:)', head)
    assert "<link" not in page[len(head) :] and "<iframe" not in page and "import(" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src &#39;none&#39;") and "http" not in policy


def test_names_are_texts(page):
    assert "<b>" not in page and "&lt;b&gt;well" in page
    # Two parts, the module, and no end tag that a name could have put there.
    assert page.count("</script>") == page.count("<script") == 3


def test_it_holds_the_landscape_and_details(page):
    parts = dict(re.findall(r'data-part="(\w+)">([^<]*)<', page))
    arrays, notes = unpack(gzip.decompress(base64.b64decode(parts["landscape"])))
    assert notes["n_minima"] == 2 and len(arrays["order"]) == 2
    assert b'"minimum 1"' in gzip.decompress(base64.b64decode(parts["details"]))


def test_the_same_landscape_gives_the_same_file():
    network = nested_funnels(8)
    assert export(network) == export(network)
