"""The command line, as a user meets it: a process, its output, its exit code."""

import json
import shutil
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from command_line import CONFIG, thalweg, write_config
from typer.testing import CliRunner

from thalweg import Landscape
from thalweg.cli import app


def is_one_clear_line(code, output, said):
    """One line of clear error, an exit code, no traceback."""
    assert code != 0
    assert "Traceback" not in output
    assert said in output, output
    assert len(output.strip().splitlines()) == 1, output


@pytest.fixture
def fails(here):
    def fails(*arguments, said):
        result = here(*arguments)
        is_one_clear_line(result.returncode, result.stderr, said)

    return fails


@pytest.fixture
def summary(here):
    def summary(file):
        result = here("summary", file, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    result = thalweg("explore", write_config(folder), "--to", folder / "a.db")
    assert result.returncode == 0, result.stderr
    assert "minima" in result.stdout
    return folder


def test_the_summary_has_the_promised_fields(folder, here, summary):
    values = summary(folder / "a.db")
    assert values["minima"] >= 20 and values["connected_minima"] == values["minima"]
    assert values["dimension"] == 12 and values["symmetry_order"] == "8"
    assert values["log_symmetry_order"] == pytest.approx(np.log(8))
    assert values["max_rms_gradient_minima"] < 1e-10
    assert values["max_rms_gradient_transition_states"] < 1e-10
    promised = "problem fingerprint transition_states components best_loss quenches coverage chao1"
    assert set([*promised.split(), "wall_seconds"]) <= set(values)
    assert here("summary", folder / "a.db").stdout.count("\n") > 15


def test_a_landscape_grows_on_either_side(folder, here, summary):
    before = summary(folder / "a.db")
    grown = here("minima", folder / "a.db", "--more", 5, "--seed", 3, "--workers", 1)
    assert grown.returncode == 0 and "ended" in grown.stdout
    assert summary(folder / "a.db")["minima"] > before["minima"]
    options = ("--strategy", "single-ended", "--seconds", 20, "--workers", 1)
    joined = here("connect", folder / "a.db", *options)
    assert joined.returncode == 0, joined.stderr
    assert summary(folder / "a.db")["transition_states"] > before["transition_states"]


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_the_graph_is_drawn(folder, here, suffix):
    file = folder / f"a.{suffix}"
    result = here("plot", "disconnectivity", folder / "a.db", "-o", file, "--label-nodes")
    assert result.returncode == 0, result.stderr
    assert file.stat().st_size > 5000


def test_a_pair_is_counted_from_zero_as_everywhere(here, fails, tmp_path):
    text = '[problem]\nkind = "function"\nname = "muller_brown"\n'
    search = "[search]\nminima = 3\nconnect = false\nworkers = 1\n"
    file = tmp_path / "a.db"
    assert here("explore", write_config(tmp_path, text=text + search), "--to", file).returncode == 0
    path = ("connect", file, "--strategy", "path", "--workers", 1)
    fails(*path, "--pair", 0, 3, said="from 0 to 2")
    fails(*path, "--pair", 1, 1, said="two different minima")
    assert here(*path, "--pair", 0, 2).returncode == 0
    component = Landscape.open(file).network().component
    assert component[0] == component[2]


def test_a_landscape_is_analysed_and_reported(folder, here, fails):
    result = here("analyse", folder / "a.db", "--lines", 5, "--json")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    lines = values["monotone_lines"]
    assert lines["interval"][0] <= lines["share"] <= lines["interval"][1] and lines["lines"] == 5
    assert values["n_minima"] >= 20 and values["n_basins"] >= 1
    assert "n basins" in here("analyse", folder / "a.db").stdout
    assert here("report", folder / "a.db", "-o", folder / "a.html").returncode == 0
    assert "</html>" in (folder / "a.html").read_text()
    curve = here("plot", "heat-capacity", folder / "a.db", "-o", folder / "cv.png")
    assert curve.returncode == 0 and (folder / "cv.png").stat().st_size > 5000
    fails(
        "plot",
        "heat-capacity",
        folder / "a.db",
        "-o",
        folder / "x.png",
        "--peak",
        99,
        said="--peak",
    )


def test_minima_are_measured_and_colour_the_graph(folder, here, fails):
    result = here("metrics", folder / "a.db", "--config", folder / "a.toml", "--json")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    assert 0.5 < values["test auc"]["best"] <= 1 and values["train accuracy"]["best"] > 0.5
    drawn = ("plot", "disconnectivity", folder / "a.db", "-o", folder / "auc.png")
    assert here(*drawn, "--colour-by", "test auc").returncode == 0
    fails(*drawn, "--colour-by", "test f1", said="no annotation")


@pytest.mark.parametrize(
    "arguments",
    [
        ["frustration", "--temperature", "0.02"],
        ["entropy"],
        ["pathway", "1", "0"],
        ["slice", "0", "1", "2"],
        ["slice", "0", "1", "2", "--surface"],
        ["weights"],
        ["decisions", "--minimum", "1"],
        ["spectra", "--transition-states"],
        ["disconnectivity", "--colour-by", "basin", "--basins"],
    ],
)
def test_every_figure_is_drawn(folder, tmp_path, arguments):
    name, *options = arguments
    drawn = CliRunner().invoke(
        app, ["plot", name, str(folder / "a.db"), *options, "-o", str(tmp_path / "a.svg")]
    )
    assert drawn.exit_code == 0, drawn.exception
    assert (tmp_path / "a.svg").read_text().count("<path") > 3


def test_roc_curves_have_the_area_that_metrics_measures(folder, here, fails, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("thalweg.plot.roc_curves", lambda curves, axes: seen.append(curves))
    measured = here("metrics", folder / "a.db", "--config", folder / "a.toml", "--json")
    drawn = ("plot", "roc", folder / "a.db", "--config", folder / "a.toml")
    lowest = here(*drawn, "--minimum", 0, "--minimum", 1, "-o", tmp_path / "roc.svg")
    assert lowest.returncode == 0, lowest.stderr
    (curves,) = seen
    assert list(curves) == ["minimum 0", "minimum 1"]
    assert curves["minimum 0"].area <= json.loads(measured.stdout)["test auc"]["best"] <= 1
    with Landscape.open(folder / "a.db") as landscape:
        area = landscape.annotation("test auc")[1]
    assert curves["minimum 1"].area == pytest.approx(area, abs=1e-12)
    fails(*drawn, "--positive", 7, "-o", tmp_path / "x.svg", said="--positive")


def test_former_spellings_work_and_say_the_present_one(folder, here, tmp_path):
    spectra = here("plot", "spectra", folder / "a.db", "--saddles", "-o", tmp_path / "a.svg")
    assert spectra.returncode == 0 and "--transition-states" in spectra.stderr
    export = here("export", folder / "a.db", tmp_path / "out", "--format", "fortran")
    assert export.returncode == 0 and "--format pathsample" in export.stderr
    assert (tmp_path / "out" / "min.data").stat().st_size > 0
    shutil.copy(folder / "a.db", tmp_path / "a.db")
    options = ("--strategy", "around", "--seconds", 1, "--workers", 1)
    connect = here("connect", tmp_path / "a.db", *options)
    assert connect.returncode == 0 and "--strategy single-ended" in connect.stderr


def test_the_version_is_that_of_the_package(here):
    assert here("--version").stdout.split() == ["thalweg", version("thalweg")]


def test_minima_are_superposed_and_the_model_is_saved(folder, here, tmp_path):
    from thalweg.learn import SuperposedClassifier

    arguments = ("superpose", folder / "a.db", "--config", folder / "a.toml", "--minima", 2)
    files = ("-o", tmp_path / "model.npz", "--figure", tmp_path / "who.svg")
    result = here(*arguments, *files, "--json")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout.splitlines()[-1])
    assert "NaN" not in result.stdout
    assert values["superposed"]["test AUC"] <= values["theoretical maximum"]["test AUC"] <= 1
    model = SuperposedClassifier.load(tmp_path / "model.npz")
    assert model.selected_.tolist() == values["selected"]
    assert (tmp_path / "who.svg").read_text().count("<path") > 3
    assert "Brier score" in here(*arguments).stdout
    assert values["best of the chosen"]["test AUC"] <= values["best single minimum"]["test AUC"]
    ties = [values[f"majority, ties {kind}"]["test accuracy"] for kind in ("shared", "correct")]
    assert ties[0] <= ties[1]


def test_minima_are_drawn_at_random_for_a_gate_of_any_size(folder, here, fails, tmp_path):
    arguments = ("superpose", folder / "a.db", "--config", folder / "a.toml", "--minima", 2)
    gate = ("--gate-hidden", "2", "--gate-l2", 1e-3)
    values = json.loads(here(*arguments, *gate, "--draws", 2, "--json").stdout)
    superposed = values["superposed"]
    assert superposed["from"] <= superposed["mean test AUC"] <= superposed["to"]
    assert "theoretical maximum" in here(*arguments, "--gate", "mean", "--draws", 2).stdout
    fails(*arguments, "--draws", 2, "--select", "mmdbm", said="leave out --select")
    fails(*arguments, "--gate-hidden", "3,x", said="units of each layer")
    fails(*arguments, "--select", "heat_capacity:99", said="peak must be from 1")


def test_minima_are_drawn_as_networks_with_isomers_and_distances(folder, here, fails, tmp_path):
    file = folder / "a.db"
    for arguments in (
        ("weights", "--minimum", 0, "--minimum", 2),
        ("isomers",),
        ("isomers", "--networks", 4, "--minimum", 1),
        ("distances", "--aligned", "--most", 5),
    ):
        picture = tmp_path / f"{'-'.join(map(str, arguments))}.svg"
        result = here("plot", arguments[0], file, *arguments[1:], "-o", picture)
        assert result.returncode == 0, result.stderr
        assert picture.stat().st_size > 2000
    fails("plot", "weights", file, "--minimum", 10**6, "-o", picture, said="no minimum 1000000")


def test_conserved_weights_are_found_tested_and_drawn(folder, here, fails, tmp_path):
    arguments = ("conserved", folder / "a.db", "--config", folder / "a.toml", "--epsilon", 0.3)
    result = here(*arguments, "--test", 19, "--figures", tmp_path / "pictures", "--json")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout.splitlines()[-1])
    assert sum(one["share"] for one in values["inputs"].values()) == pytest.approx(1)
    assert all(0 < one["p"] <= 1 for one in values["inputs"].values())
    assert len(values["nodes"]) == values["groups that conserve"] > 0
    assert all("_" in name for name in values["nodes"])
    assert set(values["perturbations"]) == {"sign", "gaussian", "permutation"}
    assert len(list((tmp_path / "pictures").iterdir())) == 7
    fails(*arguments[:-1], 1e-9, said="raise epsilon")


def test_other_measures_groups_and_methods_stand_beside_conserved_weights(folder, here, fails):
    arguments = ("conserved", folder / "a.db", "--config", folder / "a.toml")
    ours = ("--groups", "basins", "--measure", "relative", "--epsilon", 0.5, "--halves")
    beside = json.loads(here(*arguments, *ours, "--attributions", "--json").stdout)
    assert all(one["saliency"] > 0 for one in beside["inputs"].values())
    assert beside["measure"] == "standard deviation over the mean"
    table = here(*arguments, "--level", 30, "--as-found", "--epsilon", 0.5).stdout
    assert "group perturbed" in table and "30_" in table
    fails(*arguments, "--epsilon", 0.5, "--perturb", "9_9", said="there is no group '9_9'")
    fails(*arguments, "--measure", "standart", said="did you mean 'standard'?")
    fails(*arguments, "--groups", "levels", said="by nodes or basins")


def test_a_gaussian_process_is_mapped_and_has_no_classes(here, fails, tmp_path):
    x = np.random.default_rng(0).normal(size=25)
    pd.DataFrame({"x": x, "y": np.sin(2 * x)}).to_csv(tmp_path / "my.csv", index=False)
    text = (
        '[problem]\nkind = "gaussian_process"\ndata = "my.csv"\ntarget = "y"\n'
        'noise = [1e-4, 1.0]\nprior_width = 2.0\n[problem.kernel]\nname = "matern"\nnu = 1.5\n'
        "[search]\nstarts = 16\nworkers = 1\n"
    )
    config = write_config(tmp_path, text=text)
    assert here("explore", config, "--to", tmp_path / "gp.db").returncode == 0
    values = json.loads(here("summary", tmp_path / "gp.db", "--json").stdout)
    assert values["quenches"] >= 16 and values["not_stored"]["non_finite"] == 0
    for command in ("superpose", "conserved"):
        fails(
            command,
            tmp_path / "gp.db",
            "--config",
            config,
            said="a distribution of values: no classes",
        )
    measured = json.loads(here("metrics", tmp_path / "gp.db", "--config", config, "--json").stdout)
    assert measured["test mean squared error"]["best"] < 0.1
    page = tmp_path / "gp.html"
    assert here("report", tmp_path / "gp.db", "-o", page).returncode == 0
    assert "Hyperparameters" in page.read_text() and "length scale of input 1" in page.read_text()


def test_a_parameter_is_scanned_and_minima_are_followed(here, fails, tmp_path):
    text = (
        '[problem]\nkind = "gaussian_process"\ndataset = "schwefel"\ndimension = 1\ntrain = 12\n'
        "test = 20\nprior_width = 2.0\n[problem.kernel]\nnu = 1.5\n"
        "[search]\nstarts = 16\nworkers = 1\n"
    )
    config = write_config(tmp_path, text=text)
    arguments = ("scan", config, "--over", "problem.kernel.nu=1.5:3.5:2", "--to", tmp_path / "nu")
    values = json.loads(here(*arguments, "--json").stdout)
    assert [row["value"] for row in values["values"]] == [1.5, 3.5]
    assert all(row["minima"] >= 1 and "test log density" in row for row in values["values"])
    assert values["different minima"] >= 1 and values["missed by the search"] == 0
    assert json.loads((tmp_path / "nu" / "scan.json").read_text()) == values
    assert all("gain, uniform, %" in row for row in values["values"])
    for picture in ("bifurcation.png", "counts.png", "minima.png", "gains.png"):
        assert (tmp_path / "nu" / picture).stat().st_size > 5000
    fails(*arguments[:3], "problem.kernel.nu=1.5", *arguments[4:], said="two different numbers")
    fails(*arguments[:3], "problem.seed=1,2", *arguments[4:], said="no parameter 'seed'")


def test_minima_are_followed_to_other_samples(folder, here):
    measured = here(
        "metrics", folder / "a.db", "--config", folder / "a.toml", "--resamples", 2, "--json"
    )
    values = json.loads(measured.stdout)
    assert values["resampled distance"]["median"] > 0
    assert abs(values["resampled test auc change"]["median"]) < 0.5


def test_a_landscape_is_exported_and_imported(folder, here, summary):
    assert here("export", folder / "a.db", folder / "out").returncode == 0
    again = folder / "again.db"
    result = here("import", folder / "out", "--to", again, "--config", folder / "a.toml")
    assert result.returncode == 0, result.stderr
    assert "0 refused" in result.stdout
    assert summary(again)["minima"] == summary(folder / "a.db")["minima"]


def test_a_table_of_ones_own_is_mapped(here, summary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    frame = pd.DataFrame(
        {"a": x[:, 0], "b": x[:, 1], "label": np.where(x.prod(axis=1) > 0, "p", "n")}
    )
    frame.to_csv(tmp_path / "my.csv", index=False)
    text = (
        '[problem]\nkind = "neural_network"\ndata = "my.csv"\ntarget = "label"\nhidden = [2]\n'
        'l2 = 1e-3\n[search]\nminima = 3\nconnect = false\nworkers = 1\n[output]\nlandscape = "my.db"\n'
    )
    result = here("explore", write_config(tmp_path, text=text))
    assert result.returncode == 0, result.stderr
    assert summary(tmp_path / "my.db")["minima"] >= 3


def test_an_error_ends_the_process_with_a_code(tmp_path):
    result = thalweg("connect", tmp_path / "missing.db")
    is_one_clear_line(result.returncode, result.stderr, "no such file")


def test_bad_input_is_one_line_of_clear_error(folder, tmp_path, fails, summary):
    config, file = folder / "a.toml", folder / "a.db"

    head = '[problem]\nkind = "neural_network"\n'
    spirals = head + 'dataset = "spirals"\ntrain = 50\ntest = 0\n'

    def bad(text, said, to="b.db"):
        fails(
            "explore", write_config(tmp_path, "b.toml", text=text), "--to", tmp_path / to, said=said
        )

    tables = {
        "one.csv": "a,y\n1,0\n2,0\n",
        "nan.csv": "a,y\n1,0\n,1\n3,1\n",
        "text.csv": "a,y\nred,0\nblue,1\n",
        "empty.csv": "",
    }
    said = ["one class", "missing or infinite", "columns of text", "is empty"]
    for (name, content), reason in zip(tables.items(), said, strict=True):
        (tmp_path / name).write_text(content)
        bad(head + f'data = "{name}"\ntarget = "y"\n', reason)
    bad(spirals + "hidden = [0]\n", "hidden")
    bad(spirals + "l2 = -1\n", "l2")
    bad(spirals + "hiden = [2]\n", "did you mean 'hidden'")
    bad(spirals, "does not exist", to="nowhere/b.db")
    fails("explore", tmp_path / "none.toml", "--to", tmp_path / "b.db", said="cannot be read")
    fails("explore", config, said="no landscape file")
    fails("explore", config, "--to", file, "--no-resume", said="exists already")
    other = write_config(tmp_path, "c.toml", text=CONFIG.replace("[2]", "[3]"))
    before = summary(file)
    fails("explore", other, "--to", file, said="FingerprintMismatch")
    assert summary(file) == before
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    fails("summary", tmp_path / "noise.db", said="not a landscape")
    fails("plot", "disconnectivity", file, "-o", tmp_path / "a.xyz", said="xyz")
    fails("connect", file, "--strategy", "path", said="--pair")


SWEEP = """
[problem]
kind = "neural_network"
dataset = "spirals"
train = 100
test = 50
hidden = [1]
[search]
starts = 16
workers = 1
"""


def test_a_sweep_maps_each_value_and_goes_on(here, tmp_path):
    config = write_config(tmp_path, text=SWEEP)
    arguments = ("sweep", config, "--over", "problem.l2=1e-2,1e-3", "--to", tmp_path / "l2")
    assert here(*arguments).returncode == 0
    table = pd.read_csv(tmp_path / "l2" / "table.csv", index_col=0)
    assert list(table.index) == [1e-2, 1e-3] and table.index.name == "problem.l2"
    assert (table["best test loss"] <= table["mean test loss"]).all()
    assert (table.minima > 0).all() and table["best test auc"].between(0, 1).all()
    assert (tmp_path / "l2" / "figure.png").stat().st_size > 10_000
    before = [file.stat().st_mtime_ns for file in (tmp_path / "l2").glob("*.db")]
    again = CliRunner().invoke(app, [str(a) for a in arguments])
    assert again.exit_code == 0, again.exception
    # What is finished is not folder again; only its metrics are saved anew.
    assert pd.read_csv(tmp_path / "l2" / "table.csv", index_col=0).equals(table)
    assert len(before) == 2


def test_two_landscapes_are_compared(folder, tmp_path, here):
    other = CONFIG.replace("l2 = 1e-4", 'l2 = 1e-4\nloss = "approximate_auc"\nbeta = 10')
    config = write_config(
        tmp_path, text=other.replace("minima = {minima}", "starts = 16\nconnect = false")
    )
    result = CliRunner().invoke(app, ["explore", str(config), "--to", str(tmp_path / "b.db")])
    assert result.exit_code == 0, result.exception
    shown = here("compare", folder / "a.db", tmp_path / "b.db", "--config", config, "--json")
    values = json.loads(shown.stdout)
    assert len(values["landscapes"]) == len(values["relaxed"]) == 2
    for relaxed in values["relaxed"].values():
        assert relaxed["common to both"] == 0 < relaxed["different minima reached"]
        assert 0 <= relaxed["median change of test auc"] < 1 and relaxed["median steps"] > 0
        assert relaxed["where the other loss curves down"] <= relaxed["minima"]


@pytest.mark.slow
def test_a_sweep_goes_over_lists(tmp_path, here):
    """One hidden layer beside two: a study of depth in one command."""
    config = write_config(tmp_path, text=SWEEP.replace("starts = 16", "starts = 4"))
    over = "problem.hidden=[1],[1,1]"
    swept = here("sweep", config, "--over", over, "--to", tmp_path / "depth")
    assert swept.returncode == 0, swept.stderr
    table = pd.read_csv(tmp_path / "depth" / "table.csv", index_col=0)
    assert list(table.index) == ["[1]", "[1,1]"] and (table.minima > 0).all()
    dimensions = []
    for value in table.index:
        with Landscape.open(tmp_path / "depth" / f"problem.hidden={value}.db") as landscape:
            dimensions.append(landscape.problem.dimension)
    assert dimensions == [7, 9]


@pytest.mark.parametrize(
    ("over", "said"),
    [("problem.l2", "key=value"), ("problem.l3=1", "unknown key"), ("problem.kind.a=1", "no key")],
)
def test_a_sweep_over_nothing_is_refused(tmp_path, over, said):
    config = write_config(tmp_path, text=SWEEP)
    refused = CliRunner().invoke(app, ["sweep", str(config), "--over", over, "--to", str(tmp_path)])
    assert isinstance(refused.exception, ValueError) and said in str(refused.exception)


def test_unknown_tables_are_refused():
    refused = CliRunner().invoke(app, ["reproduce", "table-9"])
    assert isinstance(refused.exception, ValueError) and "table-2.4" in str(refused.exception)
    assert "table-2.4" in CliRunner().invoke(app, ["reproduce"]).output
