"""Intervals say that they are not known where there is too little to know them from."""

import dataclasses
import json

import numpy as np
import pytest
from scipy.stats import spearmanr

import thalweg as tw
from thalweg.analysis import loss_metric_correlation
from thalweg.analysis.graph.spearman import spearman
from thalweg.confidence_interval import FEWEST_UNITS, ConfidenceInterval
from thalweg.landscape.coverage import coverage
from thalweg.learn import (
    ConservedWeights,
    importance_sample,
    input_importance,
    laplace_mixture,
    perturbation_test,
)
from thalweg.learn.conservation import MEASURES
from thalweg.learn.gaussian_process_ensemble import Uniform, ensemble_gain, gp_ensemble
from thalweg.search.spectra.spectrum import SpectrumPolicy

SIZES = (3, 2, 2)


def group_with(mean, conserved):
    """A group of two minima with this mean, of whose weights some are conserved."""
    return ConservedWeights(
        members=np.arange(2),
        lowest=mean,
        mean=mean,
        deviation=np.zeros(14),
        is_conserved=conserved,
        epsilon=0.1,
        name="1_1",
        points=np.stack([mean, mean]),
        measure=MEASURES["standard"],
    )


def group_with_conserved(seed):
    """A group of minima whose first-layer weights are all conserved."""
    return group_with(np.random.default_rng(seed).normal(size=14), np.arange(14) < 8)


def of_importance(n):
    shares = input_importance([group_with_conserved(k) for k in range(n)], 3, 2)
    return shares[0].interval


def of_perturbation(n):
    rng = np.random.default_rng(0)
    conserved = np.arange(14) < n
    inputs = rng.normal(size=(60, 3))
    targets = (inputs[:, 0] > 0).astype(np.int64)
    x = rng.normal(size=14)
    return perturbation_test(x, conserved, SIZES, "tanh", inputs, targets, draws=40).interval


def of_correlation(n):
    losses = np.arange(n, dtype=float)
    return loss_metric_correlation(losses, np.cos(3 * losses)).interval


def of_draws(n):
    return coverage([n - 1, 1]).good_turing_interval


def of_chao1(n):
    return coverage([n - 1, 1]).chao1_interval


@pytest.fixture(scope="module")
def gaussian_process():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(12, 1))
    problem = tw.problems.GaussianProcess.from_data(
        x, np.sin(6 * x[:, 0]), kernel=tw.kernels.RBF(), prior_width=2.0
    )
    points = 0.1 * rng.normal(size=(2, problem.dimension))
    return problem, tw.Network.from_arrays([0.0, 0.1], coordinates=points)


@pytest.mark.parametrize(
    ("interval_of", "few", "enough"),
    [
        # A perturbation changes half of the conserved weights: C(4, 2) = 6 sets, of 3 weights 3.
        (of_importance, 4, 5),
        (of_importance, 1, 9),
        (of_perturbation, 3, 4),
        (of_correlation, 4, 5),
        (of_draws, 4, 5),
        (of_chao1, 4, 5),
    ],
)
def test_fewer_than_five_units_give_no_interval(interval_of, few, enough):
    unknown, known = interval_of(few), interval_of(enough)
    assert not unknown.is_known and np.isnan([*unknown]).all() and unknown.as_pair() is None
    assert f"at least {FEWEST_UNITS}" in str(unknown)
    assert known.is_known and known.lower < known.upper


def test_a_gain_needs_five_held_out_points(gaussian_process):
    pairs = [gaussian_process]
    inputs = np.linspace(0, 1, 6)[:, None]
    for n in (1, 4, 6):
        gain = ensemble_gain(gp_ensemble(pairs, Uniform()), pairs, inputs[:n], np.ones(n))
        assert gain.interval.is_known == (n >= FEWEST_UNITS)
        assert np.isnan(gain.lower) == (n < FEWEST_UNITS)


def test_a_bootstrap_that_saw_one_value_does_not_call_it_certain():
    interval = ConfidenceInterval.bootstrap(np.ones(1000), 8, "groups")
    assert not interval.is_known and "same value" in str(interval)
    # Groups that conserve nothing of the first layer say nothing about its inputs.
    silent = group_with(np.ones(14), np.zeros(14, bool))
    shares = input_importance([group_with_conserved(0), *[silent] * 8], 3, 2)
    assert not shares[0].interval.is_known and "there are 1" in str(shares[0].interval)


def test_perfect_ranks_of_few_minima_are_no_certainty():
    perfect = loss_metric_correlation(np.arange(5.0), np.arange(5.0))
    assert perfect.coefficient == pytest.approx(1)
    assert perfect.interval.lower < 0.9 and perfect.interval.upper == 1
    # Two of 3! orders agree as well; of two minima every order does.
    assert spearman(np.arange(3), np.arange(3)).p_value == pytest.approx(1 / 3)
    assert spearman(np.arange(2), -np.arange(2)).p_value == 1
    assert 0 < spearman(np.arange(40), np.arange(40)).p_value < 1e-12


def test_exact_p_values_go_over_into_those_of_the_t_distribution():
    rng = np.random.default_rng(1)
    for _ in range(5):
        a, b = rng.integers(0, 6, size=(2, 7)), rng.normal(size=7)
        exact = spearman(a[0], b).p_value
        # Seven pairs: the t distribution is off by some hundredths.
        assert exact == pytest.approx(float(spearmanr(a[0], b).pvalue), abs=0.06)


@pytest.mark.parametrize("n", [5, 20, 400])
def test_draws_that_never_repeat_do_not_prove_that_nothing_is_covered(n):
    interval = coverage(np.ones(n, int)).good_turing_interval
    assert interval.lower == 0 and interval.upper == pytest.approx(min(1, 6 / n))


def test_draws_without_a_repeat_are_within_the_stated_coverage_nearly_always():
    # Of S equally likely minima n draws cover n/S; they repeat none with probability exp(−n²/2S).
    n = 60
    for n_classes in (600, 3000):
        chance = np.exp(np.sum(np.log1p(-np.arange(n) / n_classes)))
        is_outside = n / n_classes > 6 / n
        assert not (is_outside and chance > 0.05)


def test_the_posterior_knows_no_error_where_few_draws_carry_it(gaussian_process):
    sample = importance_sample(gaussian_process[0], laplace_mixture(*gaussian_process), draws=4)
    assert sample.effective_sample_size < FEWEST_UNITS and np.isnan(sample.log_evidence_error)


def test_scatter_is_not_read_from_fewer_than_five():
    with pytest.raises(ValueError, match="draws at least 5"):
        tw.analysis.robustness(
            tw.Network.from_arrays([0.0], coordinates=np.zeros((1, 2))),
            tw.problems.Function(lambda x: (x**2).sum(), dimension=2),
            radius=0.1,
            draws=4,
        )
    with pytest.raises(ValueError, match="probes must be at least 5"):
        SpectrumPolicy(probes=1)


def test_a_summary_of_few_draws_says_why_it_has_no_interval():
    problem = tw.problems.Function(lambda x: (x**2).sum(), dimension=2)
    landscape = tw.Landscape.create(problem, None)
    summary = tw.summarise(landscape)
    assert summary.as_dict()["coverage_interval"] is None
    assert "no_interval_because" not in summary.as_dict()
    few = coverage([2, 1])
    summary = dataclasses.replace(
        summary,
        coverage=few.good_turing,
        coverage_interval=few.good_turing_interval,
        chao1=few.chao1,
        chao1_interval=few.chao1_interval,
    )
    values = json.loads(json.dumps(summary.as_dict(), allow_nan=False))
    assert values["coverage_interval"] is None and values["coverage"] == pytest.approx(2 / 3)
    assert "at least 5 independent draws, and there are 3" in values["no_interval_because"]
