"""Published tables and figures on the command line."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiled_programs import compile_quickly
from .app import app
from .console import AsJson, Workers, console, present_spelling, print_frame
from .edition import Edition, Entry, as_entry, write_item
from .item_processes import computed_entries
from .outputs import folder_with, one_file, writes

if TYPE_CHECKING:
    from ..reproduce import Scale


def _pages(output: Path) -> Iterable[Path]:
    """A page, which has a suffix, with the pictures beside it; or a folder of pages."""
    from ..reproduce import REPRODUCTIONS

    if output.suffix or output.is_file():
        return one_file(output)
    names = [f"{name}{suffix}" for name in REPRODUCTIONS for suffix in (".md", ".json")]
    return folder_with("README.md", *names)(output)


@app.command()
@writes(output=_pages)
def reproduce(
    name: Annotated[str, typer.Argument(help="of the item; left out, all are listed")] = "",
    all_items: Annotated[
        bool, typer.Option("--all", help="every item, into a folder; goes on where it was stopped")
    ] = False,
    full: Annotated[bool, typer.Option(help="the published setting; an hour and more")] = False,
    seed: Annotated[int, typer.Option(help="the first of the seeds", min=0)] = 0,
    seeds: Annotated[int, typer.Option(help="how many; a verdict needs three", min=1)] = 3,
    starts: Annotated[
        int | None,
        typer.Option(
            help="random starts of each landscape, where an item has no number of its own", min=1
        ),
    ] = None,
    searches: Annotated[
        int | None,
        typer.Option(
            help="searches for transition states of each landscape, where an item counts them",
            min=1,
        ),
    ] = None,
    minima_only: Annotated[
        bool,
        typer.Option(
            "--minima-only", help="with --full: no transition states where an item can do without"
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Markdown file, pictures beside it; with --all, a folder"
        ),
    ] = None,
    landscapes: Annotated[
        Path | None,
        typer.Option(
            help="folder that keeps the landscapes, from which an interrupted run goes on; with --all, "
            "by default within the folder of the pages"
        ),
    ] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Compute a published table or figure anew and set both side by side.

    Example: thalweg reproduce table-2.4 -o table-2.4.md
    """
    # Many small problems of different shapes; the full setting has few large ones.
    if not full:
        compile_quickly()
    from ..reproduce import FULL, REPRODUCTIONS, SMALL, Landscapes, present_name

    scale = (FULL if full else SMALL).with_seeds(seed, seeds)
    scale = replace(
        scale,
        starts=starts or scale.starts,
        searches=searches,
        connect=scale.connect and not minima_only,
    )
    if all_items:
        _reproduce_all(name, scale, output, landscapes, workers)
        return
    if not name:
        for known, item in REPRODUCTIONS.items():
            console.print(f"{known:14} {item.covers}", highlight=False)
        return
    if output is not None and output.is_dir():
        raise ValueError(f"{output} is a directory; name a file in it, or use --all.")
    present = present_name(name)
    if present != name:
        present_spelling(name, present)
    item = REPRODUCTIONS[present]
    with console.status(present) as status:
        kept = None if landscapes is None else Landscapes(landscapes, workers)
        result = item(scale, lambda step: status.update(f"{present}: {step}"), kept, workers)
    if output is not None:
        write_item(result, item.covers, output)
    if as_json:
        typer.echo(json.dumps(as_entry(result, item.covers)))
        return
    from ..reproduce.pages import in_words

    print_frame(result.table)
    for statement in result.statements:
        console.print(in_words(statement), highlight=False)


def _reproduce_all(
    name: str, scale: "Scale", folder: Path | None, landscapes: Path | None, workers: int | None
) -> None:
    from ..reproduce import REPRODUCTIONS
    from ..search.exploration.adaptive import free_cores

    if name or folder is None or folder.suffix:
        raise ValueError(
            "--all takes a folder and no name, as in `thalweg reproduce --all -o reproduced`."
        )
    folder.mkdir(parents=True, exist_ok=True)
    edition = Edition(folder, scale, landscapes or folder / "landscapes")
    entries = {item: edition.finished(item) for item in REPRODUCTIONS}
    missing = [item for item, entry in entries.items() if entry is None]
    for entry in entries.values():
        if entry is not None:
            console.print(f"there already: {_in_short(entry)}", highlight=False)
    with console.status("starting") as status:

        def watch(steps: Mapping[str, str]) -> None:
            status.update(" · ".join(f"{item}: {step}" for item, step in steps.items()))

        for entry in computed_entries(edition, missing, workers or free_cores(), watch):
            entries[entry["name"]] = entry
            known = [one for one in entries.values() if one is not None]
            edition.write_index(known)
            console.print(f"{_in_short(entry)} ({len(known)} of {len(entries)})", highlight=False)
    failed = [item for item, entry in entries.items() if "error" in (entry or {})]
    edition.write_index(one for one in entries.values() if one is not None)
    console.print(f"{folder / 'README.md'}", highlight=False)
    if failed:
        raise ValueError(f"{len(failed)} of {len(REPRODUCTIONS)} failed: {', '.join(failed)}.")


def _in_short(entry: Entry) -> str:
    if "error" in entry:
        return f"{entry['name']} failed: {entry['error']}"
    counts = ", ".join(f"{n} {verdict}" for verdict, n in entry["verdicts"].items())
    return f"{entry['name']}, {entry['seconds']:.0f} s: {counts}"
