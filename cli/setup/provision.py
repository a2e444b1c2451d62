"""The verb that prepares the tracking list, our tables, and what Temporal must know."""

import typer

from cli.help import SETUP, examples
from cli.run import run

app = typer.Typer()


@app.command(rich_help_panel=SETUP, epilog=examples("mfa-rollout provision"))
def provision() -> None:
    """Create the list, our tables, Temporal's search attributes and schedules: what is missing."""
    from cli.setup.provision_run import prepare

    run(prepare())
