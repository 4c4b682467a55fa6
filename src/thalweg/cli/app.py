"""The command line's root, to which the commands are added."""

import typer

app = typer.Typer(
    help="Map the loss landscape of a machine-learning model.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
plots = typer.Typer(help="Draw figures of a landscape.", no_args_is_help=True)
app.add_typer(plots, name="plot")
