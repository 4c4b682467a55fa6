"""What a run's record keeps of how it searched."""

import json
import math
from dataclasses import dataclass
from enum import Enum

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.search.exploration.plan import Methods
from thalweg.search.exploration.strategies import JoinToGlobal, Untrap
from thalweg.search.settings_record import settings_record
from thalweg.search.steps.newton import Newton


class Colour(Enum):
    RED = 1


@dataclass(frozen=True)
class Nested:
    values: tuple[float, ...]
    rule: object


def test_the_record_of_a_search_names_every_class_and_field():
    methods = Methods(quench=Newton(max_steps=77), strategies=(JoinToGlobal(max_tries=3), Untrap()))
    record = json.loads(json.dumps(settings_record(methods), allow_nan=False))
    assert record["kind"] == "Methods"
    assert [one["kind"] for one in record["strategies"]] == ["JoinToGlobal", "Untrap"]
    assert record["strategies"][0]["max_tries"] == 3
    assert "77" in json.dumps(record["quench"])


@pytest.mark.parametrize(
    ("value", "record"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (np.float64(0.5), 0.5),
        (math.inf, "inf"),
        (Colour.RED, "RED"),
        (math.sqrt, "math.sqrt"),
        (Nested((1.0, 2.0), None), {"kind": "Nested", "values": [1.0, 2.0], "rule": None}),
        (jnp.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ({1: (2,)}, {"1": [2]}),
    ],
)
def test_a_value_stands_as_json(value, record):
    assert settings_record(value) == record


def test_a_large_array_stands_as_its_digest():
    zeros, ones = settings_record(np.zeros(1000)), settings_record(np.ones(1000))
    assert zeros["shape"] == ones["shape"] == [1000] and zeros != ones


def test_what_has_no_fields_stands_as_it_shows_itself():
    assert settings_record(slice(3)) == "slice(None, 3, None)"
