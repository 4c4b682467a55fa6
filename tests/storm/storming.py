"""Kills at random instants: nothing committed is lost, every file opens, and runs go on as undisturbed.

    python tests/storm/storming.py --kills 300 --seed 0 [KIND …]

A command is started, killed at a random instant, and started again, a few times; then it runs to its end.
What a reader saw before a kill has to be there after it; the file has to be whole, and in the end the same as
that of a run that nobody killed. Processes are forks of this one, which has imported everything and computed
nothing: an interpreter takes longer to start than most kills wait.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[2] / ".pytest_cache" / "jax")
)

import numpy as np

import thalweg as tw
from thalweg.cli import main
from thalweg.problems import double_well

KILLS_A_CASE = 8

CONFIG = """
[problem]
kind = "function"
name = "schwefel"
[search]
minima = {minima}
connect = {connect}
joined = 0.3
seed = {seed}
workers = 1
"""

SAME = {
    "minima": "id, loss, coordinates, spectrum, lpphe, rms_gradient",
    "transition_states": "id, loss, coordinates, minimum_a, minimum_b",
    "tasks": "id, law, seed, stream, task, new_minima, new_transition_states",
    "attempts": "id, minimum_a, minimum_b, method, transition_states",
    "hits": "law, minimum_id, hits",
}
"""What has to be the same after kills as without, by table; times are not."""


# ---- processes --------------------------------------------------------------------------------------


def start(work: Callable[[], object], log: Path) -> int:
    """A fork that does some work; its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setpgid(0, 0)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(output, 1)
        os.dup2(output, 2)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def command(*arguments: object) -> Callable[[], object]:
    """The work of a command line."""

    def work() -> None:
        sys.argv = ["thalweg", *map(str, arguments)]
        main()

    return work


def run(work: Callable[[], object], log: Path) -> float:
    """Do some work to its end; the seconds it took."""
    began = time.monotonic()
    code = os.waitstatus_to_exitcode(os.waitpid(start(work, log), 0)[1])
    if code:
        raise AssertionError(f"ended with {code}: {log.read_text()[-2000:]}")
    return time.monotonic() - began


def kill(children: list[int]) -> int:
    """Kill processes; how many were still at work."""
    n_killed = 0
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        n_killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    return n_killed


# ---- files ------------------------------------------------------------------------------------------


Rows = dict[str, set[tuple[object, ...]]]


def rows(file: Path, what: dict[str, str] = SAME) -> Rows:
    """What a reader sees in a file now."""
    if not file.exists():
        return {table: set() for table in what}
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise AssertionError(f"{file} is damaged")
        present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return {
            table: set(connection.execute(f"SELECT {columns} FROM {table}"))
            if table in present
            else set()
            for table, columns in what.items()
        }


def committed(file: Path) -> Rows:
    """What has to stay: hits grow, all other rows do not change."""
    return rows(file, {table: columns for table, columns in SAME.items() if table != "hits"})


def is_at_end(file: Path) -> bool:
    """Whether the last run is noted as ended: a kill after that came too late; a second go adds more."""
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        runs = connection.execute("SELECT command, outcome FROM runs ORDER BY id DESC")
        last_command, outcome = runs.fetchone()
    return last_command != "explore" and json.loads(outcome)["reason"] != "unfinished"


def n_lost(file: Path, before: Rows) -> int:
    """How many rows a file has lost by a kill. A copy is looked at: the file is left to thalweg as it is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        for ending in ("", "-wal"):
            if Path(f"{file}{ending}").exists():
                shutil.copyfile(f"{file}{ending}", f"{copy}{ending}")
        after = committed(copy)
    return sum(len(before[table] - after[table]) for table in before)


# ---- the storm --------------------------------------------------------------------------------------


@dataclass
class Toll:
    """What the storm did.

    Attributes:
        kills, lost: processes that were killed, and rows that were lost by it.
        refused: files that could not be opened afterwards.
        different: ends that are not those of undisturbed runs.
        failures: what else went wrong.
    """

    kills: int = 0
    lost: int = 0
    refused: int = 0
    different: int = 0
    failures: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Toll") -> "Toll":
        self.kills += other.kills
        self.lost += other.lost
        self.refused += other.refused
        self.different += other.different
        self.failures += other.failures
        return self

    @property
    def is_clear(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.refused or self.different or self.failures)


@dataclass(frozen=True)
class Case:
    """A command in a folder of its own, to be killed.

    Attributes:
        works: what its processes do, one each, all at once.
        files: which they write to.
        is_repeatable: whether the end has to be that of an undisturbed run: not with several writers.
        adds: whether the command adds to what is there each time, also after it has come to its end.
    """

    works: tuple[Callable[[], object], ...]
    files: tuple[str, ...]
    is_repeatable: bool = True
    adds: bool = False


def calm(kind: str, folder: Path) -> tuple[str, float]:
    """An undisturbed run of a kind, in a folder of its name; the seconds it takes."""
    home, make = folder / kind, KINDS[kind]
    if make is None:
        home.mkdir()
        return kind, run(partial(make_file, home / "a.db"), home / "log")
    home.mkdir()
    return kind, sum(run(work, home / "log") for work in make(home).works)


def storm(folder: Path, kind: str, seconds: float, n_kills: int, rng: np.random.Generator) -> Toll:
    """Kill what a case does, a few times, and compare its end with that of an undisturbed run."""
    toll, log, make = Toll(), folder / "log", KINDS[kind]
    if make is None:
        return making(folder, seconds, n_kills, rng)
    case = make(folder)
    files = [folder / name for name in case.files]
    for _ in range(4 * n_kills):
        children = [start(work, log) for work in case.works]
        time.sleep(rng.uniform(0.0, seconds))
        before = [committed(file) for file in files]
        n_killed = kill(children)
        toll.kills += n_killed
        toll.lost += sum(n_lost(file, old) for file, old in zip(files, before, strict=True))
        if n_killed < len(children) or toll.kills >= n_kills:
            break
        if case.adds and any(map(is_at_end, files)):
            break
    for work in () if case.adds and any(map(is_at_end, files)) else case.works:
        try:
            run(work, log)
        except AssertionError as error:
            toll.refused += 1
            toll.failures.append(str(error))
    for file in files:
        expected = folder.parent / kind / file.name
        if case.is_repeatable and rows(file) != rows(expected):
            toll.different += 1
            toll.failures.append(f"{file} is not {expected}")
    return toll


def write_config(folder: Path, minima: int, *, connect: bool = True, seed: int = 0) -> Path:
    config = folder / f"{seed}.toml"
    text = CONFIG.format(minima=minima, connect=str(connect).lower(), seed=seed)
    config.write_text(text)
    return config


def base(folder: Path, name: str = "a.db", minima: int = 10, seed: int = 0) -> Path:
    """A file with some minima, made once for all cases."""
    stock = Path(os.environ["STORM_STOCK"]) / f"{minima}-{seed}.db"
    if not stock.exists():
        fresh = stock.with_suffix(f".{os.getpid()}")
        config = write_config(fresh.parent, minima, connect=False, seed=seed)
        run(command("explore", config, "--to", fresh), fresh.with_suffix(".log"))
        rows(fresh)  # the last connection takes the log into the file
        fresh.rename(stock)
    shutil.copyfile(stock, folder / name)
    return folder / name


def explore(folder: Path) -> Case:
    config = write_config(folder, 10)
    return Case((command("explore", config, "--to", folder / "a.db"),), ("a.db",))


def several_writers(folder: Path) -> Case:
    n = 2 + sum(map(ord, folder.name)) % 3
    configs = [write_config(folder, 12, seed=seed) for seed in range(n)]
    works = tuple(command("explore", config, "--to", folder / "a.db") for config in configs)
    return Case(works, ("a.db",), is_repeatable=False)


def with_workers(folder: Path) -> Case:
    def work() -> None:
        from thalweg.problems import schwefel

        with tw.search.Processes(2) as executor:
            tw.explore(schwefel(), folder / "a.db", minima=10, executor=executor).close()

    return Case((work,), ("a.db",))


def minima(folder: Path) -> Case:
    return Case(
        (command("minima", base(folder), "--more", 12, "--workers", 1),), ("a.db",), adds=True
    )


def connect(folder: Path) -> Case:
    return Case((command("connect", base(folder), "--workers", 1),), ("a.db",))


def sweep(folder: Path) -> Case:
    config = write_config(folder, 6)
    work = command("sweep", config, "--over", "problem.dimension=1,2", "--to", folder)
    return Case((work,), ("problem.dimension=1.db", "problem.dimension=2.db"))


def compare(folder: Path) -> Case:
    first, second = base(folder), base(folder, "b.db", 14, 1)
    return Case((command("compare", first, second),), ("a.db", "b.db"))


def import_points(folder: Path) -> Case:
    first, second = base(folder), base(folder, "b.db", 14, 1)
    run(command("export", second, folder / "points"), folder / "log")
    return Case((command("import", folder / "points", "--to", first),), ("a.db",), adds=True)


def merge(folder: Path) -> Case:
    sources = (base(folder), base(folder, "b.db", 14, 1))
    return Case((command("merge", *sources, "--to", folder / "all.db"),), ("all.db",))


def make_file(file: Path) -> None:
    with tw.Landscape.open_or_create(double_well(), file) as landscape:
        assert landscape.n_minima == 0


def making(folder: Path, seconds: float, n_kills: int, rng: np.random.Generator) -> Toll:
    """Kill processes in the middle of the making of a file."""
    toll, log = Toll(), folder / "log"
    for k in range(n_kills):
        file = folder / f"{k}.db"
        work = partial(make_file, file)
        child = start(work, log)
        time.sleep(rng.uniform(0.0, seconds))
        toll.kills += kill([child])
        try:
            run(work, log)
        except AssertionError as error:
            toll.refused += 1
            toll.failures.append(str(error))
    return toll


KINDS: dict[str, Callable[[Path], Case] | None] = {
    "explore": explore,
    "several": several_writers,
    "workers": with_workers,
    "minima": minima,
    "connect": connect,
    "sweep": sweep,
    "compare": compare,
    "import": import_points,
    "merge": merge,
    "making": None,
}


def job(kind: str, seed: int, seconds: float, n_kills: int, folder: Path) -> tuple[str, Toll]:
    """One case, killed a few times."""
    home = folder / f"{kind}-{seed}"
    home.mkdir()
    try:
        rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
        return kind, storm(home, kind, seconds, n_kills, rng)
    except Exception as error:
        return kind, Toll(failures=[f"{home}: {type(error).__name__}: {error}"])


def main_storm() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="cases at once")
    options = parser.parse_args()
    kinds = options.kinds or list(KINDS)
    folder = Path(tempfile.mkdtemp(prefix="thalweg-storm-"))
    os.environ["STORM_STOCK"] = str(folder)
    total, by_kind = Toll(), Counter[str]()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        seconds = dict(pool.map(calm, kinds, [folder] * len(kinds)))
        seed = options.seed
        while total.kills < options.kills and not total.failures:
            n_kills = min(KILLS_A_CASE, -(-(options.kills - total.kills) // len(kinds)))
            cases = [(kind, seed, seconds[kind], n_kills, folder) for kind in kinds]
            seed += 1
            for kind, toll in pool.map(job, *zip(*cases, strict=True)):
                total += toll
                by_kind[kind] += toll.kills
                print(f"{total.kills} kills", end="\r", flush=True)
    for kind in kinds:
        print(f"{kind}: {by_kind[kind]} kills")
    print(
        f"{total.kills} kills, {total.lost} rows lost, {total.refused} files refused, "
        f"{total.different} ends that are not the undisturbed ones"
    )
    if total.is_clear:
        shutil.rmtree(folder)
        return 0
    print("\n".join([*total.failures, f"kept in {folder}"]))
    return 1


if __name__ == "__main__":
    sys.exit(main_storm())
