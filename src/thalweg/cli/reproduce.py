"""Published tables and figures on the command line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from .app import app
from .console import AsJson, console, print_frame
from .outputs import MARK, one_file, replacing, writes

if TYPE_CHECKING:
    from ..reproduce import Claim, Reproduction


@app.command()
@writes(output=one_file)
def reproduce(
    name: Annotated[str, typer.Argument(help="of the table; left out, all are listed")] = "",
    full: Annotated[bool, typer.Option(help="the published setting; an hour and more")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Markdown file for the result")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute a published table anew and set both side by side.

    Example: thalweg reproduce auc-spiral
    """
    from ..reproduce import FULL, REPRODUCTIONS, SMALL

    if name not in REPRODUCTIONS:
        names = ", ".join(REPRODUCTIONS)
        if name:
            raise ValueError(f"nothing is known as {name!r}; expected one of {names}.")
        console.print(f"thalweg reproduce NAME, one of: {names}")
        return
    with console.status(name) as status:
        result = REPRODUCTIONS[name](
            FULL if full else SMALL, lambda step: status.update(f"{name}: {step}")
        )
    if output is not None:
        with replacing(output) as place:
            place.write_text(_as_markdown(result), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(result.as_dict()))
        return
    print_frame(result.table)
    for statement in result.claims:
        console.print(_in_words(statement), highlight=False)


def _in_words(statement: "Claim") -> str:
    n_holding, n_seeds = sum(statement.holds), len(statement.holds)
    text = f"{statement.text}: holds for {n_holding} of {n_seeds} seeds"
    return text if n_holding == n_seeds or not statement.remark else f"{text} ({statement.remark})"


def _as_markdown(result: "Reproduction") -> str:
    lines = [f"# {result.title}", "", f"Settings: {result.setting or result.scale}", ""]
    lines += ["| | published | ours | sd |", "|---|---|---|---|"]
    for name, row in result.table.iterrows():
        cells = ("" if np.isnan(value) else f"{value:.4g}" for value in row)
        lines.append(f"| {str(name).replace('|', chr(92) + '|')} | {' | '.join(cells)} |")
    return "\n".join(
        [*lines, "", *(f"- {_in_words(claim)}" for claim in result.claims), f"<!-- {MARK} -->", ""]
    )
