"""The files that commands write: tried before the work, written beside and renamed, never over another's."""

import functools
import inspect
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

MARK = "written by thalweg"
"""Stands in every file that a command writes, where the format has room for it."""

_MARKS = {
    ".csv": (b",minima,transition_states,", b"row,consensus_cluster,certainty"),
    ".json": (b'"missed by the search"', b'"made by": "thalweg'),
    ".npz": (b"minimum0_layer0.npy",),
}
"""What tells our files of formats that have no room for the mark."""

_FIGURES = (
    ".pdf",
    ".svg",
    ".png",
    ".svgz",
    ".eps",
    ".ps",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
    ".webp",
)

Force = Annotated[bool, typer.Option("--force", help="replace files that thalweg did not write")]

Rule = Callable[[Path], Iterable[Path]]
"""The files that are written where an option says."""


def writes(**outputs: Rule) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command try the places of its outputs before it begins, and give it the option `--force`.

    Args:
        outputs: for each parameter that says where to write, what is written there.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def tried(*, force: bool = False, **arguments: Any) -> None:
            given = [v for name, v in arguments.items() if name not in outputs]
            inputs = [one for v in given for one in (v if isinstance(v, list) else [v])]
            for name, rule in outputs.items():
                if arguments.get(name) is not None:
                    for file in rule(Path(arguments[name])):
                        _try_place(file, inputs, force)
            command(**arguments)

        signature = inspect.signature(command)
        option = inspect.Parameter(
            "force", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Force
        )
        parameters = [*signature.parameters.values(), option]
        tried.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        tried.__annotations__ = {**command.__annotations__, "force": Force}
        return tried

    return decorate


def one_file(path: Path) -> Iterable[Path]:
    """The file itself, in a directory that there is.

    Raises:
        ValueError: if there is no such directory.
    """
    if not path.absolute().parent.is_dir():
        raise ValueError(f"{path}: the directory {path.parent} does not exist. Make it first.")
    return [path]


def one_figure(path: Path) -> Iterable[Path]:
    """As `one_file`, with a suffix that says how to draw.

    Raises:
        ValueError: if it has none, or there is no such directory.
    """
    if not path.is_dir() and path.suffix.lower() not in _FIGURES:
        raise ValueError(
            f"{path} must end in .pdf, .svg or .png, which says how to draw the figure."
        )
    return one_file(path)


def folder_with(*names: str) -> Rule:
    """A folder, made if there is none, in which files of these names are written."""

    def files(folder: Path) -> Iterable[Path]:
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"{folder} is a file; name a folder, which is made if there is none.")
        return [folder / name for name in names]

    return files


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A name beside `file` to write to, of the same suffix, which takes its place once all is written."""
    # A link stays one: what it leads to is replaced.
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():
        # A pipe or a device, such as /dev/stdout.
        yield target
        return
    temporary = _beside(target)
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _try_place(file: Path, inputs: Iterable[Any], force: bool) -> None:
    if file.is_dir():
        raise ValueError(f"{file} is a directory; name a file in it.")
    if file.exists():
        _require_free(file, inputs, force)
        if not file.is_file():
            return
    place = _beside(Path(os.path.realpath(file)))
    while not place.parent.exists():
        place = place.parent.with_name(place.name)
    try:
        place.touch()
        place.unlink()
    except OSError as error:
        raise ValueError(
            f"{file} cannot be written: {error.strerror}. Choose another place."
        ) from error


def _require_free(file: Path, inputs: Iterable[Any], force: bool) -> None:
    for value in inputs:
        if isinstance(value, str | Path) and _is_same_file(file, value):
            raise ValueError(f"{file} is read by this command; choose another name to write to.")
    if not force and file.is_file() and not _is_ours(file):
        raise ValueError(
            f"{file} exists, and thalweg did not write it as a result. Choose another name, or replace it "
            "with --force."
        )


def _is_same_file(file: Path, other: str | Path) -> bool:
    try:
        return os.path.samefile(file, other)
    except (OSError, ValueError):
        # No such file, or a text that is none's name.
        return False


def _is_ours(file: Path) -> bool:
    marks = _MARKS.get(file.suffix.lower(), (MARK.encode(),))
    data = file.read_bytes()
    # A landscape may hold any text, in the name of its problem for example.
    return not data.startswith(b"SQLite format") and (
        any(mark in data for mark in marks) or not data
    )


def _beside(target: Path) -> Path:
    return target.with_name(f".thalweg-{os.getpid()}{target.suffix}")
