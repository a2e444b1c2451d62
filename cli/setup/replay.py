"""The verb that tries a new version on what is running, before it is deployed."""

from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=SETUP,
    epilog=examples(
        "mfa-rollout replay", "mfa-rollout replay --limit 500", "mfa-rollout replay --json"
    ),
)
def replay(
    *,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=10_000_000, help="Replay at most this many, the youngest first."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the running enrolments that would get stuck under this version."""
    from cli.setup.replay_run import replay_and_report

    run(replay_and_report(limit, as_json=as_json))
