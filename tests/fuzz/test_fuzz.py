"""A sample of the damaged files of `make fuzz`, which tries ten thousand with each importer."""

import pytest
from fuzzing import check_seeds, try_case
from importers import IMPORTERS

CASES = 60


@pytest.mark.parametrize("name", IMPORTERS)
def test_damaged_files_are_refused_in_words(name, tmp_path):
    importer = IMPORTERS[name]()
    check_seeds(importer, tmp_path / "files")
    outcomes = {try_case(importer, 1, number, tmp_path / "files") for number in range(CASES)}
    assert "refused" in outcomes and outcomes <= {"read", "refused"}


def test_what_an_importer_must_not_raise_is_noticed(tmp_path):
    def careless(folder):
        raise IndexError("index 7 is out of bounds")

    importer = IMPORTERS["pathsample"]()
    object.__setattr__(importer, "read", careless)
    assert try_case(importer, 1, 0, tmp_path / "files").startswith("IndexError")
