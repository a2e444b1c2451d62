"""The verb that refills the product's own tables after a loss."""

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(rich_help_panel=SETUP, epilog=examples("mfa-rollout rebuild"))
def rebuild(*, as_json: AsJson = False) -> None:
    """Refill the tables of our own database from Temporal and the list, after a loss."""
    from cli.setup.rebuild_run import refill

    run(refill(as_json=as_json))
