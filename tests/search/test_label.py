"""Labels of settings: another for any other setting, and the same everywhere."""

import dataclasses
import subprocess
import sys

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.search.label import settings_label

METHODS = (tw.search.SingleEnded(), tw.search.DoubleEnded())


def varied(settings):
    """Copies of nested settings, each with one number or flag changed, wherever it stands."""
    for field in dataclasses.fields(settings):
        if field.name == "index":
            # Which points a rule looks for is no choice: another index is refused.
            continue
        value = getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            others = varied(value)
        elif isinstance(value, tuple):
            others = [value[:-1], (*value[:-1], value[-1] + 1)]
        else:
            others = [value + 1]
        for other in others:
            copy = type(settings)(
                **{f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
                | {field.name: other}
            )
            yield copy


@pytest.mark.parametrize("method", METHODS)
def test_every_setting_changes_the_label(method):
    labels = [other.label for other in varied(method)]
    assert len(labels) >= 15
    assert len({method.label, *labels}) == 1 + len(labels)


def test_labels_are_the_same_in_every_process():
    code = (
        "import thalweg as tw; print(tw.search.SingleEnded().label, tw.search.DoubleEnded().label)"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "JAX_PLATFORMS": "cpu"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert printed == [" ".join(method.label for method in METHODS)] * 2


def test_a_number_has_one_label_however_it_is_written():
    assert settings_label("a", {"x": 1}) == settings_label("a", {"x": 1.0})
    assert settings_label("a", {"x": np.float64(0.1)}) == settings_label("a", {"x": 0.1})
    assert settings_label("a", {"x": True}) != settings_label("a", {"x": 1})
    assert settings_label("a", {"x": np.ones(2)}) == settings_label("a", {"x": jnp.ones(2)})
    assert settings_label("a", {"x": np.ones(2)}) != settings_label("a", {"x": np.ones((2, 1))})


def test_settings_of_a_strangers_objects_count():
    class Careful(tw.search.Newton):
        caution: float = 1.0

    class Plain:
        def __init__(self, caution):
            self.caution = caution

    def label(rule):
        return settings_label("a", {"rule": rule})

    assert len({label(Careful()), label(Careful(caution=2.0)), label(tw.search.Newton())}) == 3
    assert label(Plain(1)) != label(Plain(2)) and label(Plain(1)) == label(Plain(1))


def test_an_object_whose_settings_cannot_be_seen_is_refused():
    class Opaque(eqx.Module):
        secret: object = eqx.field(static=True, default=None)

    with pytest.raises(TypeError, match="frozen dataclass or an equinox module"):
        settings_label("a", Opaque(object()))


def test_pairs_given_up_under_old_settings_are_tried_under_new_ones():
    landscape = tw.explore(tw.problems.muller_brown(), minima=3, connect=False, workers=1)

    def searches(push_off):
        pathways = tw.search.PathwaySearch(push_off=push_off)
        methods = tw.Methods(single_ended=tw.search.SingleEnded(pathways))
        before = landscape.counts().quenches
        tw.connect(landscape, [tw.SingleEndedFromEach(1)], methods=methods, workers=1)
        return landscape.counts().quenches - before

    assert searches(0.05) > 0
    assert searches(0.05) == 0
    assert searches(0.04) > 0


def half(x):
    return x / 2


def test_functions_that_a_name_does_not_tell_apart_have_no_label():
    def scaled_by(factor):
        return lambda x: factor * x

    for function in (scaled_by(1.0), scaled_by(2.0), lambda x: x):
        with pytest.raises(TypeError, match="cannot be told"):
            settings_label("search", {"scale": function})
    assert settings_label("search", {"scale": half}) != settings_label("search", {"scale": abs})
