"""Damage to files: of any bytes, and of what a kind of file is made of."""

import gzip
import io
import json
import lzma
import pickle
import sqlite3
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

Random = np.random.Generator
Mutation = Callable[[Random, bytes], bytes]

NUMBERS = [
    *(
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-1",
        "0",
        "-0.0",
        "1e-320",
        "1D+02",
        "1_0",
        "٣",
        "0x10",
        "1.5",
    ),
    *("9" * 18, "9" * 25, "9" * 400, "1e308", "********", "", "1,5", "true", "None", "2147483648"),
]


def pick(random: Random, values):
    """One of some values, which NumPy would turn into its own types."""
    return values[int(random.integers(len(values)))]


# ---- any bytes -------------------------------------------------------------------------------------


def flip(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 5))):
        if changed:
            changed[int(random.integers(len(changed)))] ^= 1 << int(random.integers(8))
    return bytes(changed)


def overwrite(random: Random, data: bytes) -> bytes:
    """Numbers as a length or an offset may hold them."""
    values = [b"\0" * 4, b"\xff" * 4, struct.pack("<i", 2**31 - 1), struct.pack("<q", 2**40)]
    value = pick(random, [*values, bytes(random.integers(0, 256, 8, dtype=np.uint8))])
    start = int(random.integers(len(data) + 1))
    return data[:start] + value + data[start + len(value) :]


def truncate(random: Random, data: bytes) -> bytes:
    return data[: int(random.integers(len(data) + 1))]


def insert(random: Random, data: bytes) -> bytes:
    start = int(random.integers(len(data) + 1))
    extra = bytes(random.integers(0, 256, int(random.integers(1, 33)), dtype=np.uint8))
    return data[:start] + extra + data[start:]


def remove(random: Random, data: bytes) -> bytes:
    start = int(random.integers(len(data) + 1))
    return data[:start] + data[start + int(random.integers(1, 33)) :]


def splice(random: Random, data: bytes) -> bytes:
    """A piece of the file at another place of it."""
    start, stop, to = sorted(random.integers(0, len(data) + 1, 3).tolist())
    return data[:to] + data[start:stop] + data[to:]


BYTES: list[Mutation] = [flip, overwrite, truncate, insert, remove, splice]


# ---- lines of text ---------------------------------------------------------------------------------


def _lines(change: Callable[[Random, list[bytes]], None]) -> Mutation:
    def mutation(random: Random, data: bytes) -> bytes:
        lines = data.splitlines(keepends=True) or [b"\n"]
        change(random, lines)
        return b"".join(lines)

    return mutation


def _drop_line(random: Random, lines: list[bytes]) -> None:
    del lines[int(random.integers(len(lines)))]


def _repeat_line(random: Random, lines: list[bytes]) -> None:
    lines.insert(int(random.integers(len(lines))), pick(random, lines))


def _swap_lines(random: Random, lines: list[bytes]) -> None:
    i, j = random.integers(0, len(lines), 2).tolist()
    lines[i], lines[j] = lines[j], lines[i]


def _change_word(random: Random, lines: list[bytes]) -> None:
    i = int(random.integers(len(lines)))
    separator = b"," if b"," in lines[i] else b" "
    words = lines[i].rstrip(b"\n").split(separator)
    words[int(random.integers(len(words)))] = pick(random, NUMBERS).encode()
    lines[i] = separator.join(words) + b"\n"


def _drop_word(random: Random, lines: list[bytes]) -> None:
    i = int(random.integers(len(lines)))
    words = lines[i].split()
    if words:
        del words[int(random.integers(len(words)))]
    lines[i] = b" ".join(words) + b"\n"


def _add_line(random: Random, lines: list[bytes]) -> None:
    strange = [b"# comment\n", b"\xef\xbb\xbf", b"\0\0\n", b"a b c\n", b'"\n', b"\r", b" " * 5000]
    lines.insert(int(random.integers(len(lines))), pick(random, strange))


TEXT: list[Mutation] = [
    _lines(change)
    for change in (_drop_line, _repeat_line, _swap_lines, _change_word, _change_word, _drop_word)
] + [_lines(_add_line)]


# ---- archives of arrays ----------------------------------------------------------------------------


def members(random: Random, data: bytes) -> bytes:
    """Change one member of an archive, with checksums that hold again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    name = pick(random, list(contents))
    change = int(random.integers(7))
    if change == 0:
        del contents[name]
    elif change == 1:
        contents[name] = contents[pick(random, list(contents))]
    elif change == 2:
        contents[name] = _array_bytes(_strange_array(random))
    elif change == 3:
        contents[name] = _change_json(random, contents[name])
    elif change == 4:
        contents[pick(random, ["extra.npy", "../up.npy", "header"])] = contents[name]
    elif change == 5:
        contents[name] = _change_array_header(random, contents[name])
    else:
        contents[name] = pick(random, BYTES)(random, contents[name])
    packing = pick(
        random, [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive, warnings.catch_warnings():
        # Two members of one name are part of the damage.
        warnings.simplefilter("ignore")
        for member, content in contents.items():
            archive.writestr(member, content)
    return buffer.getvalue()


def _array_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def _strange_array(random: Random) -> np.ndarray:
    return pick(
        random,
        [
            np.zeros((0, 2)),
            np.full((2, 2), np.nan),
            np.array(["text", "\ud800"]),
            np.array([object()]),
            np.zeros(3, dtype=complex),
            np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
            np.array(7),
            np.full(3, 1e308),
            np.arange(12).reshape(3, 2, 2),
            np.zeros(10**5),
            np.array([-1, 10**12]),
            np.asfortranarray(np.ones((3, 2))),
            np.ones((2, 2), dtype=">f4"),
            np.array([True, False]),
            np.datetime64("2020-01-01"),
        ],
    )


def _change_array_header(random: Random, data: bytes) -> bytes:
    olds = [b"<f8", b"'shape': (", b"False", b"descr", b"<U", b"}", b"fortran_order", b"2"]
    news = [b"<U9", b"'shape': (1000000000, ", b"True", b"|O8", b"<U99", b"((((", b"-1", b"0", b""]
    return data.replace(pick(random, olds), pick(random, news), 1)


def _change_json(random: Random, data: bytes) -> bytes:
    """Change an entry of JSON that stands as text in an array; other arrays stay."""
    try:
        text = str(np.load(io.BytesIO(data), allow_pickle=False))
        entries = json.loads(text)
        name = pick(random, list(entries))
    except (ValueError, TypeError):
        return data
    strange = [None, -1, 0, 2**70, 1e308, "", "network", "soft", "|O8", "<U9999999", [], [None], {}]
    entries[name] = pick(random, [*strange, [1] * 3, True, "x" * 100, [[1, 2], [3]], 10**9])
    if random.random() < 0.2:
        del entries[name]
    text = json.dumps(entries)
    if random.random() < 0.1:
        text = "[" * 50000
    return _array_bytes(np.array(text))


# ---- compressed tables -----------------------------------------------------------------------------


def recompress(suffix: str, mutation: Mutation) -> Mutation:
    """A mutation of what a compressed file holds."""

    def changed(random: Random, data: bytes) -> bytes:
        return compressed(suffix, mutation(random, decompressed(suffix, data)))

    return changed


def compressed(suffix: str, data: bytes) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data, mtime=0)
    if suffix == ".xz":
        return lzma.compress(data)
    if suffix == ".zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table.csv", data)
        return buffer.getvalue()
    return data


def decompressed(suffix: str, data: bytes) -> bytes:
    if suffix == ".gz":
        return gzip.decompress(data)
    if suffix == ".xz":
        return lzma.decompress(data)
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(archive.namelist()[0])
    return data


# ---- SQLite ----------------------------------------------------------------------------------------


def cells(random: Random, data: bytes) -> bytes:
    """Change one cell, column, row or table of a database of pele."""
    return _changed_database(random, data, _change_pele)


def rows(random: Random, data: bytes) -> bytes:
    """Change cells, rows or a table of any database."""
    return _changed_database(random, data, _change_rows)


def _changed_database(
    random: Random, data: bytes, change: Callable[[Random, sqlite3.Connection], None]
) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        file.write(data)
        file.flush()
        with closing(sqlite3.connect(file.name)) as connection, connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            change(random, connection)
        return Path(file.name).read_bytes()


def _change_pele(random: Random, connection: sqlite3.Connection) -> None:
    table = pick(random, ["tbl_minima", "tbl_transition_states"])
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    column = pick(random, columns)
    blob = connection.execute("SELECT coords FROM tbl_minima LIMIT 1").fetchone()[0]
    change = int(random.integers(12))
    if change == 0:
        connection.execute(f"DROP TABLE {table}")
    elif change == 1:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")
    elif change == 2:
        connection.execute(f"ALTER TABLE {table} RENAME TO other")
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM other")
    elif change == 3:
        connection.execute(f"DELETE FROM {table} WHERE random() % 2 = 0")
    elif change == 4:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN coords TO other")
        connection.execute(f"ALTER TABLE {table} ADD coords AS (zeroblob(10000000))")
    else:
        values = [None, "text", b"", 2**62, float("inf"), "12", b"\x80\x04.", 0, -5, "x" * 1000]
        damaged = pick(random, BYTES)(random, blob)
        values += [damaged] * 10 + [pickle.dumps(_strange_array(random)) for _ in range(3)]
        value = pick(random, values)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE _id % 2 = ?",
                    (value, int(random.integers(2))),
                )
            except sqlite3.IntegrityError:
                connection.execute(f"UPDATE {table} SET coords = ?", (damaged,))


def _change_rows(random: Random, connection: sqlite3.Connection) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    table = pick(random, [row[0] for row in connection.execute(tables)])
    column = pick(random, [row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
    change = int(random.integers(10))
    if change == 0:
        connection.execute(f"DELETE FROM {table}")
    elif change == 1:
        connection.execute(f"DROP TABLE {table}")
    elif change == 2:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")
    else:
        before = connection.execute(f"SELECT {column} FROM {table} LIMIT 1").fetchone()
        values = ["text", b"", 2**62, float("inf"), "12", 0, -5, "x" * 1000, b"\xff" * 8, 0.5]
        if before is not None and isinstance(before[0], bytes):
            values += [pick(random, BYTES)(random, before[0])] * 10
        value = pick(random, values)
        try:
            connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        except sqlite3.IntegrityError:
            connection.execute(f"DELETE FROM {table} WHERE rowid % 2 = 0")
