"""What is exported is checked without thalweg, and what was tampered with is refused."""

import ast
import copy
import json
import runpy
import sys

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Certificate, certificate_document, certify, checker_source
from thalweg.certificate.exported_box import proved_boxes
from thalweg.certificate.problem_enclosure import ProblemEnclosures, ProblemPrograms
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import NeuralNetwork, double_well
from thalweg.testing.analytic import fill

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    file = tmp_path_factory.mktemp("checker") / "check.py"
    file.write_text(checker_source())
    return file


@pytest.fixture(scope="module")
def checker(script):
    """The names of the script."""
    return runpy.run_path(str(script))


@pytest.fixture(scope="module")
def document(network):
    certify(network)
    return json.loads(json.dumps(certificate_document(network)))


@pytest.fixture
def verdict(script, tmp_path, monkeypatch):
    """Runs the script on a document; its exit code, or what it says in place of one."""

    def run(document):
        file = tmp_path / "proof.json"
        file.write_text(json.dumps(document))
        monkeypatch.setattr(sys, "argv", [str(script), str(file)])
        with pytest.raises(SystemExit) as end:
            runpy.run_path(str(script), run_name="__main__")
        return end.value.code

    return run


def test_it_is_short_and_shares_nothing_with_the_package():
    tree = ast.parse(checker_source())
    code = checker_source().splitlines()[tree.body[0].end_lineno :]
    assert sum(bool(line.strip()) for line in code) <= 60
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {getattr(n, "module", None) or n.names[0].name for n in imports}
    assert modules == {"hashlib", "json", "sys", "numpy", "flint"}


def test_every_point_that_is_exported_is_proved_again(document, verdict, network, capsys):
    assert len(document["points"]) == network.n_minima + network.n_transition_states
    assert not document["not_proved"]
    assert verdict(document) == 0
    assert f"none of {len(document['points'])} points" in capsys.readouterr().out


def with_change(point, name, change):
    tampered = copy.deepcopy(point)
    tampered[name] = change(np.array(tampered[name])).tolist()
    return tampered


OTHER_KIND = {"minimum": "transition state", "transition state": "minimum"}

CHANGES = {
    "x of a coordinate": ("x", lambda x: x + 1e-6 * (np.arange(len(x)) == 3)),
    "x mirrored": ("x", lambda x: -x),
    "no radius": ("r", lambda r: 0 * r),
    "a smaller box": ("r", lambda r: r * 1e-6),
    "a larger box": ("r", lambda r: r * 1e9),
    "a negative radius": ("r", lambda r: -r),
    "a radius that is no number": ("r", lambda r: r * np.nan),
    "no Y": ("Y", lambda y: 0 * y),
    "Y of another sign": ("Y", lambda y: -y),
    "a row of Y": ("Y", lambda y: y * (np.arange(len(y)) != 2)[:, None]),
    "Y that is not symmetric": ("Y", lambda y: y + 1e-9 * np.eye(len(y), k=1)),
    "Y times two": ("Y", lambda y: 2 * y),
    "a higher index": ("index", lambda i: i + 1),
    "a lower index": ("index", lambda i: i - 1),
    "the stored point": ("stored", lambda x: x + 1e-3),
    "the distance": ("distance", lambda d: d / 1e6),
    "a negative distance": ("distance", lambda d: -d),
    "a saddle said to be a minimum": ("kind", lambda k: np.array(OTHER_KIND[str(k)])),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_point_that_was_tampered_with_is_refused(document, checker, change):
    for point in (document["points"][0], document["points"][-1]):
        tampered = with_change(point, *CHANGES[change])
        assert checker["is_proved"](document["problem"], point)
        assert not checker["is_proved"](document["problem"], tampered)


def one_point(document):
    return {**copy.deepcopy(document), "points": document["points"][:1]}


def test_other_data_or_another_penalty_are_not_those_of_the_fingerprint(document, verdict):
    first = one_point(document)
    assert verdict(first) == 0
    first["problem"]["arrays"]["inputs"]["values"][7][0] += 1e-15
    assert "fingerprint" in verdict(first)
    first = one_point(document)
    first["problem"]["choices"]["l2"] *= 2
    assert "fingerprint" in verdict(first)


def test_data_with_a_fingerprint_of_their_own_are_refused_by_the_proof(document, verdict, network):
    """As one would who wants the points to be those of other data."""
    x = network.problem.training_inputs.copy()
    x[7, 0] += 1e-6
    y = network.problem.training_targets
    weighted = {"class_weights": {0: 1.0, 1: 1.0 + 1e-6}}
    for other in (
        NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-2),
        NeuralNetwork.from_data(network.problem.training_inputs, y, hidden=(2,), l2=1.000001e-2),
        NeuralNetwork.from_data(
            network.problem.training_inputs, y, hidden=(2,), l2=1e-2, **weighted
        ),
    ):
        with tw.Landscape.create(other) as landscape:
            point = network.minima()[0]
            landscape.record(Batch("x", minima=(point,)), landscape.start_run("x", {}, 0))
            proof = network.certificates(with_basis=True).certificates[0]
            landscape.record_proofs([proof], [point])
            forged = certificate_document(landscape)
        assert verdict({**forged, "points": document["points"][:1]}) == 1


def test_a_shifted_middle_is_refused_or_its_box_holds_the_point(document, checker):
    n_accepted = 0
    for _ in range(40):
        point = document["points"][int(RANDOM.integers(len(document["points"])))]
        x, r = np.array(point["x"]), np.array(point["r"])
        shift = RANDOM.normal(size=len(x)) * r * 10.0 ** RANDOM.uniform(-3, 5)
        shifted = {**point, "x": (x + shift).tolist(), "distance": 1.0}
        if checker["is_proved"](document["problem"], shifted):
            n_accepted += 1
            # Both boxes hold the one point, so that they meet.
            assert (np.abs(shift) <= 2 * r).all()
    assert 0 < n_accepted < 40


def test_its_derivatives_are_those_of_a_deep_network_with_class_weights(checker):
    weights = {0: 1.0, 1: 2.0, 2: 0.5}
    x, y = RANDOM.normal(size=(9, 2)), np.arange(9) % 3
    problem = NeuralNetwork.from_data(x, y, hidden=(2, 3), l2=0.1, class_weights=weights)
    x = RANDOM.normal(size=problem.dimension)
    with tw.Landscape.create(problem) as landscape:
        point = Minimum(0.0, x, np.ones(len(x)), 0.0)
        landscape.record(Batch("x", minima=(point,)), landscape.start_run("x", {}, 0))
        z = problem.reduction().contract(x[None])[0]
        landscape.record_proofs([certificate_of(z)], [point])
        document = certificate_document(landscape)
    # What is no stationary point has no box, and is not written as one.
    assert not document["points"] and "no box" in document["not_proved"][0]["reason"]
    result = checker["derivatives"](document["problem"], checker["exact"](x), True)
    gradient, hessian = (np.vectorize(lambda ball: float(ball.mid()))(of) for of in result)
    # Some hundreds of additions of numbers of order one.
    np.testing.assert_allclose(hessian, ProblemPrograms(problem).hessian(x), atol=1e-13)
    with jax.enable_x64(True):
        expected = problem.value_and_gradient(jax.numpy.asarray(x))[1]
    np.testing.assert_allclose(gradient, expected, atol=1e-13)


def test_only_a_box_that_is_proved_is_written(network):
    problem = network.problem
    enclosures, one = ProblemEnclosures(problem), network.certificates().certificates[0]
    x = problem.reduction().expand(one.centre[None])[0]
    radius, inverse = next(proved_boxes(enclosures, x, one.index))
    # Rounding of the middle, over the softest curvature of about 2 l2.
    assert (radius < 1e-12).all() and (inverse == inverse.T).all()
    assert not list(proved_boxes(enclosures, x, one.index + 1))
    assert not list(proved_boxes(enclosures, x + 0.05, one.index))


def certificate_of(z):
    bounds = (0.0, 1.0)
    basis = np.eye(len(z))
    return Certificate("minimum", 0, 0, 0.0, "float64", 0.5, bounds, bounds, bounds, z, basis, 1e-9)


def test_what_has_no_boxes_or_no_proofs_is_not_exported():
    x = RANDOM.normal(size=(9, 2))
    lines = NeuralNetwork.from_data(x, np.arange(9) % 2, hidden=(2,), l2=0.1, l2_on="weights")
    with tw.Landscape.create(lines) as landscape:
        point = Minimum(0.0, np.ones(lines.dimension), np.ones(3), 0.0)
        landscape.record(Batch("x", minima=(point,)), landscape.start_run("x", {}, 0))
        with pytest.raises(tw.LandscapeError, match="thalweg certify"):
            certificate_document(landscape)
        z = lines.reduction().contract(point.coordinates[None])[0]
        landscape.record_proofs([certificate_of(z)], [point])
        with pytest.raises(tw.LandscapeError, match="whole lines"):
            certificate_document(landscape)


def test_the_command_writes_a_document_and_the_checker(here, tmp_path, verdict):
    file = tmp_path / "wells.db"
    with tw.Landscape.create(double_well(), file) as landscape:
        fill(landscape)
    refused = here("certificate", "export", file, "-o", tmp_path / "proof.json")
    assert refused.returncode == 1 and "thalweg certify" in refused.stderr
    here("certify", file)
    written = here("certificate", "export", file, "-o", tmp_path / "proof.json")
    assert written.returncode == 0 and "3 points" in written.stdout
    document = json.loads((tmp_path / "proof.json").read_text())
    assert [len(point["Y"]) for point in document["points"]] == [2, 2, 2]
    # It knows networks alone.
    assert "no tanh network" in verdict(document)
    assert here("certificate", "checker", "-o", tmp_path / "check.py").returncode == 0
    assert (tmp_path / "check.py").read_text() == checker_source()
