"""The command line's root, to which the commands are added."""

from typing import Annotated

import typer

from .interruption import InterruptibleGroup

app = typer.Typer(
    cls=InterruptibleGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
plots = typer.Typer(help="Draw figures of a landscape.", no_args_is_help=True)
app.add_typer(plots, name="plot")
certificates = typer.Typer(
    help="Hand on proofs so that others can check them.", no_args_is_help=True
)
app.add_typer(certificates, name="certificate")


def _print_version(is_wanted: bool) -> bool:
    if is_wanted:
        from .. import __version__

        typer.echo(f"thalweg {__version__}")
        raise typer.Exit
    return is_wanted


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="print and exit"),
    ] = False,
) -> None:
    """Map the loss landscape of a machine-learning model."""
