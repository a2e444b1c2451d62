"""The verb that follows a restore of Temporal's database."""

from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    "after-restore",
    rich_help_panel=SETUP,
    epilog=examples("mfa-rollout after-restore", "mfa-rollout after-restore --apply"),
)
def after_restore(
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Tell the enrolments what their rows know.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say where our database knows more than Temporal, whose database was restored.

    Run it while no worker runs, so that no mail is sent first.
    """
    from cli.setup.after_restore_run import compare

    run(compare(apply=apply, as_json=as_json))
