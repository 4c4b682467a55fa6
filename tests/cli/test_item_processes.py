"""Items in processes of their own: the same pages, and what becomes of a process that is lost."""

import json
import multiprocessing

import pytest

from thalweg.cli.edition import Edition
from thalweg.cli.item_processes import computed_entries
from thalweg.reproduce import TINY

ITEMS = ("figure-2.2", "figure-2.3", "figure-2.9")


def edition_in(folder):
    folder.mkdir()
    return Edition(folder, TINY, folder / "landscapes")


def pages(edition):
    entries = [json.loads((edition.folder / f"{item}.json").read_text()) for item in ITEMS]
    texts = [(edition.folder / f"{item}.md").read_text() for item in ITEMS]
    return [{**entry, "seconds": None} for entry in entries], texts


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    edition = edition_in(tmp_path_factory.mktemp("alone") / "out")
    assert [e["name"] for e in computed_entries(edition, ITEMS, 1, lambda steps: None)] == [*ITEMS]
    return edition


def test_pages_do_not_depend_on_the_number_of_processes(tmp_path, alone):
    edition, seen = edition_in(tmp_path / "out"), set()
    entries = list(computed_entries(edition, ITEMS, 2, seen.update))
    assert sorted(entry["name"] for entry in entries) == sorted(ITEMS)
    # The third has nothing to tell on its way.
    assert seen == set(ITEMS[:2])
    assert pages(edition) == pages(alone)
    assert len(list(edition.landscapes.glob("*.db"))) == len(list(alone.landscapes.glob("*.db")))


@pytest.mark.slow
def test_an_item_whose_process_is_lost_fails_and_another_process_goes_on(tmp_path):
    lost = []

    def watch(steps):
        # Mapping the landscape of the first two takes longer than the signals do.
        if "figure-2.2" in steps and not lost:
            lost.extend(multiprocessing.active_children())
            for process in lost:
                process.kill()

    edition = edition_in(tmp_path / "out")
    entries = {e["name"]: e for e in computed_entries(edition, ITEMS, 2, watch)}
    assert [item for item in ITEMS if "error" in entries[item]] == ["figure-2.2", "figure-2.3"]
    assert "process ended" in entries["figure-2.2"]["error"]
    assert len(lost) == 2 and not multiprocessing.active_children()
