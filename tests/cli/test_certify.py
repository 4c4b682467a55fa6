"""Proofs on the command line."""

import json
import shutil

import pytest

import thalweg as tw
from thalweg.certificate import smooth_prover
from thalweg.certificate.rules import RULES
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.report import html_report
from thalweg.report.sections.completeness import COMPLETENESS
from thalweg.testing.analytic import minimum


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("certify") / "wells.db"
    tw.explore(double_well(), path, minima=2, workers=1, seed=0).close()
    return path


def test_everything_proved_is_said_and_ends_with_zero(here, file):
    result = here("certify", file)
    assert result.returncode == 0
    assert "2 of 2 minima, 1 of 1 transition states proved, pairwise distinct" in result.stdout
    proofs = json.loads(here("certify", file, "--json").stdout)
    assert proofs["complete"] and not proofs["not_proved"]
    assert {one["index"] for one in proofs["proved"]} == {0, 1}
    assert all(one["rho"] > 0 and one["distance"] < 1e-6 for one in proofs["proved"])


def test_the_passes_between_the_lowest_minima_are_proved_if_asked_for(here, file):
    result = here("certify", file, "--passes", "2")
    assert result.returncode == 0
    assert "minima 0 and 1 are joined below" in result.stdout
    bounds = json.loads(here("certify", file, "--passes", "2", "--json").stdout)["pass_bounds"]
    assert bounds["complete"] and len(bounds["passes"]) == 1
    # What is kept is not proved again, else there is no time for it.
    assert here("certify", file, "--passes", "2", "--pass-seconds", "0").returncode == 0
    late = ("--again", "--no-record", "--pass-seconds", "0")
    assert "time for one pass is over" in here("certify", file, "--passes", "2", *late).stdout


def test_what_is_not_proved_is_said_and_ends_with_three(here, file, monkeypatch):
    # As if the points had been stored by a search whose tolerance they do not meet.
    monkeypatch.setattr(smooth_prover, "SLACK", 0.0)
    result = here("certify", file, "--again", "--no-record")
    assert result.returncode == 3
    assert "gradient is larger than its tolerance" in result.stdout
    assert "0 of 2 minima, 0 of 1 transition states proved" in result.stdout
    # Nothing of it was kept.
    assert here("certify", file).returncode == 0


def test_what_has_no_proof_is_refused_in_one_line(here, file, monkeypatch):
    # As if the loss had an operation that nobody has enclosed.
    monkeypatch.delitem(RULES, "mul")
    result = here("certify", file, "--again")
    assert result.returncode == 1
    assert "operation mul" in result.stderr and "fault of thalweg" not in result.stderr


def test_summary_and_report_say_what_the_file_holds_as_of_now(here, file, tmp_path):
    copy = shutil.copy(file, tmp_path / "wells.db")
    here("certify", copy)
    everything = "2 of 2 minima, 1 of 1 transition states proved, pairwise distinct"
    assert everything in " ".join(here("summary", copy).stdout.split())
    proofs = json.loads(here("summary", copy, "--json").stdout)["proofs"]
    assert (proofs["minima"], proofs["of_minima"], proofs["not_proved"]) == (2, 2, {})
    with tw.Landscape.open(copy) as landscape:
        assert f"<td>{everything}" in html_report(landscape, sections=[COMPLETENESS])
        landscape.record(Batch("more", minima=(minimum(5.0, 576.0),)), 1)
        now = tw.summarise(landscape).proofs
        page = html_report(landscape, sections=[COMPLETENESS])
    assert (now.minima, now.of_minima) == (2, 3)
    assert "2 of 3 minima" in page and "1 not: no proof was tried since it was stored" in page
