"""The verb that shows the settings in force."""

from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=SETUP,
    epilog=examples(
        "mfa-rollout settings", "mfa-rollout settings --all", "mfa-rollout settings --json"
    ),
)
def settings(
    *,
    every: Annotated[
        bool,
        typer.Option("--all", help="Every setting, and where its value comes from."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the settings that steer the rollout, and who is affected by a change.

    Limits of mails, and what follows them, are what the worker was started
    with. A secret is never shown.
    """
    from cli.setup.settings_run import list_every, show_in_force

    if every:
        list_every(as_json=as_json)
    else:
        run(show_in_force(as_json=as_json))
