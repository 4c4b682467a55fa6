"""What a run says of itself while it is under way."""

import dataclasses
import io
import logging
import math

import pytest
from rich.console import Console

import thalweg as tw
from thalweg.problems import double_well
from thalweg.search.exploration.plan import Progress, Stop
from thalweg.search.exploration.progress_line import reporting, seconds_left, words

LOOKING = Progress("minima", 200, 5, 1000, 10.0, None, 0.9, 1500.0)
JOINING = Progress("transition states", 200, 60, 1400, 30.0, 150, 0.9, 1500.0)


def console(**options):
    return Console(file=io.StringIO(), width=200, **options)


def test_the_words_say_what_is_known_how_fast_and_what_is_left():
    assert words(LOOKING, Stop(minima=300)) == (
        "200 of 300 minima, 5 transition states, 100 quenches/s, coverage 0.90, about 10 s left"
    )
    assert words(JOINING, Stop()) == (
        "200 minima, 60 transition states, 150 joined, 47 quenches/s, coverage 0.90"
    )
    assert "coverage" not in words(dataclasses.replace(LOOKING, coverage=math.nan), Stop())


@pytest.mark.parametrize(
    ("progress", "stop", "left"),
    [
        (LOOKING, Stop(minima=300), 10.0),
        (LOOKING, Stop(minima=300, seconds=12.0), 2.0),
        # Chao1 does not promise as many.
        (LOOKING, Stop(minima=2000), None),
        (JOINING, Stop(minima=300), None),
        (JOINING, Stop(minima=300, seconds=20.0), 0.0),
        (dataclasses.replace(LOOKING, seconds=0.0), Stop(minima=300), None),
    ],
)
def test_what_is_left_is_told_where_something_tells(progress, stop, left):
    assert seconds_left(progress, stop) == (left if left is None else pytest.approx(left))


def test_a_pipe_has_a_line_every_ten_seconds():
    pipe = console()
    with reporting(True, Stop(minima=300), pipe) as report:
        for seconds in (1.0, 9.0, 10.5, 12.0, 20.0, 21.0):
            report(dataclasses.replace(LOOKING, seconds=seconds))
    lines = pipe.file.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["10 s", "21 s"]


def test_a_terminal_has_one_line_that_goes():
    terminal = console(force_terminal=True)
    with reporting(True, Stop(minima=300), terminal) as report:
        report(LOOKING)
        report(JOINING)
    text = terminal.file.getvalue()
    assert "150 joined" in text and text.endswith(("\x1b[2K", "\n", "\x1b[?25h", "\x1b[1A\x1b[2K"))


@pytest.mark.parametrize("silent", [False, None])
def test_silence_is_logged_all_the_same(silent, caplog):
    caplog.set_level(logging.DEBUG, "thalweg")
    pipe = console()
    with reporting(silent, Stop(minima=300), pipe) as report:
        report(dataclasses.replace(LOOKING, seconds=100.0))
    assert pipe.file.getvalue() == "" and "200 of 300 minima" in caplog.text


def test_a_function_is_called_in_its_place_and_what_it_gets_is_logged(caplog):
    caplog.set_level(logging.DEBUG, "thalweg")
    calls = []
    tw.explore(double_well(), workers=1, progress=calls.append)
    assert calls and all(isinstance(one, Progress) for one in calls)
    assert words(calls[-1], Stop()) in caplog.text


def test_a_short_run_in_a_pipe_says_nothing(capsys):
    tw.explore(double_well(), workers=1)
    assert capsys.readouterr() == ("", "")
