"""Options that are no numbers, too large, or no files: one line each."""

import pytest

GP = '[problem]\nkind = "gaussian_process"\ndataset = "schwefel"\ndimension = 1\ntrain = 12\ntest = 4\n'


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--seed", 10**23), "seed must be a whole number from 0 to 9223372036854775807"),
        (("--seconds", "nan"), "seconds must be a number above 0, got nan"),
        (("--seconds", -1), "seconds must be"),
        (("--workers", 10**12), "workers must be a whole number from 1 to 4096"),
    ],
)
@pytest.mark.parametrize("command", ["minima", "connect"])
def test_searches_refuse_numbers_that_are_none(refused, two_minima, command, options, said):
    refused(command, two_minima, *options, said=said)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ("problem.kernel.nu=0:inf:1", "all finite"),
        ("problem.kernel.nu=0:1:nan", "all finite"),
        ("problem.kernel.nu=1,nan", "all finite"),
        ("problem.kernel.nu=1,1e999", "all finite"),
        ("problem.kernel.nu=0:1:0", "two different numbers"),
        ("problem.kernel.nu=0:1:-1", "two different numbers"),
        ("problem.kernel.nu=0:1e18:1", "gives 1e+18 values"),
        ("problem.kernel.nu=" + "[" * 3000, "two different numbers"),
        ("[" * 3000 + "=1,2", "unknown key"),
        ("problem.l2=true,false", "two different numbers"),
    ],
)
def test_scans_refuse_values_that_are_none(refused, tmp_path, over, said):
    (tmp_path / "a.toml").write_text(GP)
    result = refused("scan", tmp_path / "a.toml", "--over", over, "--to", tmp_path / "s", said=said)
    assert not (tmp_path / "s").exists() and len(result.stderr) < 3000


@pytest.mark.parametrize("value", ["[" * 3000, "true", "nan", "1" + "0" * 30])
def test_sweeps_refuse_values_that_are_none(refused, tmp_path, value):
    (tmp_path / "a.toml").write_text(GP)
    for key in ("problem.train", "search.seed"):
        over = f"{key}={value}"
        refused("sweep", tmp_path / "a.toml", "--over", over, "--to", tmp_path / "s", said=key)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--levels", 10**6), "levels must be a whole number from 1 to 10000"),
        (("--barrier-clip", "nan"), "barrier_clip must be a finite number"),
    ],
)
def test_figures_refuse_numbers_that_are_none(refused, two_minima, tmp_path, options, said):
    refused("plot", "disconnectivity", two_minima, "-o", tmp_path / "a.png", *options, said=said)


def test_a_directory_is_no_file(refused, two_minima, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text('[problem]\nkind = "function"\nname = "double_well"\n')
    before = sorted(tmp_path.iterdir())
    refused("plot", "disconnectivity", two_minima, "-o", ".", said="is a directory")
    refused("report", two_minima, "-o", ".", said="is a directory")
    refused("summary", ".", said="is a directory")
    refused("explore", "a.toml", "--to", ".", said="is a directory")
    refused("explore", ".", "--to", "b.db", said="cannot be read")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/x",
        "postgresql://me:secret@host:port/x",
        "foo://x",
        "://",
    ],
)
def test_a_database_url_is_no_file_name(thalweg, tmp_path, url):
    (tmp_path / "a.toml").write_text('[problem]\nkind = "function"\nname = "double_well"\n')
    for command in (("summary", url), ("explore", tmp_path / "a.toml", "--to", url)):
        result = thalweg(*command)
        assert result.returncode == 1 and result.stderr.startswith(
            ("LandscapeError: ", "Unreachable: ")
        )
        assert "no such file" not in result.stderr and "secret" not in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
