"""Everything that reads files of others, with files to damage and the errors that it may raise."""

import io
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from mutations import (
    BYTES,
    TEXT,
    Mutation,
    Random,
    cells,
    compressed,
    members,
    pick,
    recompress,
    rows,
)

from thalweg import Landscape, LandscapeError, Network
from thalweg.datasets import DatasetError, read_table
from thalweg.landscape.exchange import FORMATS, ForeignPoints, read_pathsample_network
from thalweg.landscape.network_file import read_network, write_network
from thalweg.landscape.records import Batch, Minimum, Pathway, TransitionState
from thalweg.learn import SuperposedClassifier
from thalweg.learn.gates import gate_named
from thalweg.learn.superposed_function import SuperposedFunction
from thalweg.learn.superposition_file import ModelFileError, write_model
from thalweg.learn.trained_network import TrainedNetwork
from thalweg.problems import double_well

Files = dict[str, bytes]

EXCHANGE = Path(__file__).parent.parent / "landscape" / "exchange" / "files"


@dataclass(frozen=True)
class Importer:
    """What reads files, and what may come of damaged ones.

    Attributes:
        name: for people.
        seeds: undamaged files, by name.
        read: reads the files in a folder.
        errors: all that it may raise.
        mutations: those that know a file of this name.
    """

    name: str
    seeds: list[Files]
    read: Callable[[Path], None]
    errors: tuple[type[Exception], ...]
    mutations: Callable[[str], list[Mutation]]

    def damaged(self, random: Random) -> Files:
        """Files with one to three pieces of damage."""
        files = dict(pick(random, self.seeds))
        for _ in range(int(random.integers(1, 4))):
            name = pick(random, list(files))
            known, kind = self.mutations(name), random.random()
            if kind < 0.03:
                files[name] = pick(random, list(files.values()))
            elif kind < 0.05 and len(files) > 1:
                del files[name]
            elif kind < 0.65 and known:
                try:
                    files[name] = pick(random, known)(random, files[name])
                # The file is no longer what that mutation knows.
                except Exception:
                    files[name] = pick(random, BYTES)(random, files[name])
            else:
                files[name] = pick(random, BYTES)(random, files[name])
        return files


# ---- landscapes ------------------------------------------------------------------------------------


def _landscape() -> Landscape:
    """Two minima of a double well and three transition states, more than stand there."""
    landscape = Landscape.create(double_well())
    ends = tuple(
        Minimum(0.0, np.array([x, 0.0]), np.array([2.0, 8.0]), 0.0, stabiliser_order=2)
        for x in (-1.0, 1.0)
    )
    pathways = tuple(
        Pathway(TransitionState(y + 1.0, np.array([0.0, y]), np.array([-4.0, 2.0]), 0.0), ends)
        for y in (0.0, 0.5, 1.5)
    )
    landscape.record(Batch(law="searches", pathways=pathways), landscape.start_run("fuzz", {}, 0))
    return landscape


def _read_files(folder: Path) -> Files:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def _check_points(points: ForeignPoints) -> None:
    """What is read must be usable: a search indexes with it."""
    for x, losses in (
        (points.minima, points.losses),
        (points.transition_states, points.barrier_losses),
    ):
        assert x.shape == (len(losses), 2) and losses.ndim == 1, (x.shape, losses.shape)
        assert x.dtype == losses.dtype == np.float64, (x.dtype, losses.dtype)
    assert points.edges.shape == (len(points.barrier_losses), 2), points.edges.shape
    assert points.edges.dtype == np.int64
    assert ((points.edges >= 0) & (points.edges < len(points.losses))).all(), points.edges


def _format(
    name: str, more: list[Files], mutations: Callable[[str], list[Mutation]], file: str = ""
) -> Importer:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "written"
        written.mkdir()
        FORMATS[name].write(_landscape(), written / file if file else written)
        files = _read_files(written)

    def read(folder: Path) -> None:
        _check_points(FORMATS[name].read(folder / file if file else folder, 2))

    return Importer(name, [files, *more], read, (LandscapeError,), mutations)


def _text_or_bytes(name: str) -> list[Mutation]:
    return BYTES if name.startswith("points") else TEXT


def _pele() -> Importer:
    with tempfile.TemporaryDirectory() as folder:
        FORMATS["pele"].write(_landscape(), Path(folder) / "pele.sqlite")
        schema_2 = (Path(folder) / "pele.sqlite").read_bytes()
        with closing(sqlite3.connect(Path(folder) / "pele.sqlite")) as connection, connection:
            for table in ("tbl_minima", "tbl_transition_states"):
                for column in ("invalid", "user_data"):
                    connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            connection.execute("PRAGMA user_version = 1")
        schema_1 = (Path(folder) / "pele.sqlite").read_bytes()
    seeds = [schema_2, schema_1, (EXCHANGE / "muller_brown.sqlite").read_bytes()]

    def read(folder: Path) -> None:
        _check_points(FORMATS["pele"].read(folder / "pele.sqlite", 2))

    return Importer(
        "pele", [{"pele.sqlite": s} for s in seeds], read, (LandscapeError,), lambda name: [cells]
    )


def _graph() -> Importer:
    """PATHSAMPLE's tables without points."""
    with tempfile.TemporaryDirectory() as folder:
        FORMATS["pathsample"].write(_landscape(), Path(folder) / "written")
        files = _read_files(Path(folder) / "written")
    tables = {name: data for name, data in files.items() if name.endswith(".data")}

    def read(folder: Path) -> None:
        _check_network(read_pathsample_network(folder).network)

    return Importer("graph", [tables], read, (LandscapeError,), lambda name: TEXT)


def _networks() -> Importer:
    seeds = []
    for network in (
        _landscape().network(),
        Network.from_rates([[0, 4.0, 1.0], [0.5, 0, 3.0], [2.0, 0.2, 0]]),
    ):
        with tempfile.TemporaryDirectory() as folder:
            write_network(network, Path(folder) / "n.npz")
            seeds.append(_read_files(Path(folder)))

    def read(folder: Path) -> None:
        _check_network(read_network(folder / "n.npz"))

    return Importer("network", seeds, read, (LandscapeError,), lambda name: [members])


def _check_network(network: Network) -> None:
    n, e = network.n_minima, network.n_transition_states
    assert network.losses.shape == network.lpphe.shape == network.log_degeneracy.shape == (n,)
    assert network.barrier_losses.shape == network.barrier_lpphe.shape == (e,)
    assert ((network.edges >= 0) & (network.edges < n)).all()
    assert len(network.component) == n


def _columns(random: Random, data: bytes) -> bytes:
    """Change a column, the rows or the compression of a Parquet file."""
    table = pd.read_parquet(io.BytesIO(data))
    column = pick(random, list(table.columns))
    change = int(random.integers(7))
    if change == 0:
        table = table.drop(columns=[column])
    elif change == 1:
        table = table.rename(columns={column: pick(random, list(table.columns))})
    elif change == 2:
        table[column] = table[column].astype(str)
    elif change == 3:
        table = pd.concat([table] * int(random.integers(2, 50)), ignore_index=True)
    elif change == 4:
        table = table.iloc[: int(random.integers(len(table) + 1))]
    else:
        values = [None, np.nan, np.inf, -1, 2**60, 1e300, True, 0.5]
        table[column] = [pick(random, values) for _ in range(len(table))]
        table[column] = table[column].astype(pick(random, [object, float, float]))
    buffer = io.BytesIO()
    packing = pick(random, ["snappy", "snappy", "lz4", None, "zstd", "gzip"])
    table.to_parquet(buffer, compression=packing)
    return buffer.getvalue()


def _bundle_mutations(name: str) -> list[Mutation]:
    if name.endswith(".npz"):
        return [members]
    return [_columns] if name.endswith(".parquet") else []


# ---- models ----------------------------------------------------------------------------------------


def _model(gate: str, learnt: dict[str, np.ndarray]) -> bytes:
    random = np.random.default_rng(1)
    minima = tuple(
        TrainedNetwork((random.normal(size=(3, 3)), random.normal(size=(2, 4))), "tanh")
        for _ in range(2)
    )
    combine = gate_named(gate, (2,))
    combine.restore(learnt)
    function = SuperposedFunction(minima, combine, np.zeros(2), np.ones(2))
    header = {
        "labels": ["no", "yes"],
        "label_type": "<U3",
        "n_features_in": 2,
        "gate": gate,
        "gate_class": type(combine).__name__,
        "gate_hidden": [2],
        "select": "best_loss",
    }
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder) / "m", function, header, {"selected": np.array([0, 3])})
        return (Path(folder) / "m").read_bytes()


def _models() -> Importer:
    random = np.random.default_rng(2)
    network = {
        "useful": np.array([0, 1]),
        "layer0": random.normal(size=(2, 3)),
        "layer1": random.normal(size=(2, 3)),
    }
    learnt = {
        "mean": {},
        "boltzmann": {"weights": np.array([0.3, 0.7])},
        "network": network,
        "soft": network,
        "stacking": {"layer": random.normal(size=(2, 5))},
    }
    seeds = [{"model.npz": _model(gate, arrays)} for gate, arrays in learnt.items()]

    def read(folder: Path) -> None:
        model = SuperposedClassifier.load(folder / "model.npz")
        rows = np.zeros((3, model.n_features_in_))
        assert model.predict_proba(rows).shape == (3, len(model.classes_))
        model.predict(rows)

    return Importer("model", seeds, read, (ModelFileError,), lambda name: [members])


# ---- tables ----------------------------------------------------------------------------------------


def _tables() -> Importer:
    random = np.random.default_rng(3)
    table = pd.DataFrame(random.normal(size=(12, 3)).round(3), columns=["a", "b", "c"])
    table["y"] = [0, 1] * 6
    text, buffer = table.to_csv(index=False).encode(), io.BytesIO()
    table.to_parquet(buffer)
    seeds = [
        {"table.csv": text},
        {"table.csv": text.replace(b"0\n", b"no\n").replace(b"1\n", b"yes\n")},
        {"table.tsv": text.replace(b",", b"\t")},
        {"table.parquet": buffer.getvalue()},
        *({f"table.csv{suffix}": compressed(suffix, text)} for suffix in (".gz", ".xz", ".zip")),
    ]

    def read(folder: Path) -> None:
        (file,) = folder.iterdir()
        data = read_table(file, "y")
        assert np.isfinite(data.inputs).all() and len(data.inputs) == len(data.targets)

    def mutations(name: str) -> list[Mutation]:
        suffix = Path(name).suffix
        if suffix == ".parquet":
            return [_columns]
        return [recompress(suffix, mutation) for mutation in TEXT]

    return Importer("table", seeds, read, (DatasetError,), mutations)


IMPORTERS: dict[str, Callable[[], Importer]] = {
    "pathsample": lambda: _format("pathsample", [], _text_or_bytes),
    "topsearch": lambda: _format(
        "topsearch", [_read_files(EXCHANGE / "topsearch")], lambda name: TEXT
    ),
    "bundle": lambda: _format("bundle", [], _bundle_mutations),
    "pele": _pele,
    "sqlite": lambda: _format("sqlite", [], lambda name: [rows], file="landscape.db"),
    "model": _models,
    "graph": _graph,
    "network": _networks,
    "table": _tables,
}
"""Each makes its undamaged files when it is asked for."""


def write_files(files: Files, folder: Path) -> None:
    """The files in a folder, and nothing else there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
