import pytest

import thalweg as tw


@pytest.fixture
def thalweg(here):
    """The command line, in this process."""
    return here


@pytest.fixture
def refused(thalweg):
    """Runs a command that has to end in one line that says this."""

    def run(*arguments, said, code=1):
        result = thalweg(*arguments)
        assert result.returncode == code, result
        assert said in result.stderr, result.stderr
        assert "Traceback" not in result.stderr
        if code == 1:
            assert len(result.stderr.strip().splitlines()) == 1, result.stderr
        return result

    return run


@pytest.fixture
def empty(tmp_path):
    """A landscape file without points."""
    file = tmp_path / "a.db"
    tw.Landscape.create(tw.problems.double_well(), file).close()
    return file


@pytest.fixture(scope="module")
def two_minima(tmp_path_factory):
    """A landscape file with the two minima of the double well."""
    file = tmp_path_factory.mktemp("cli") / "a.db"
    tw.explore(tw.problems.double_well(), file, minima=2, connect=False, workers=1).close()
    return file
