"""The verb that counts the people of a rollout."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout status",
        "mfa-rollout status --batch-id wave-1",
        "mfa-rollout status --department Finance",
        "mfa-rollout status --json",
    ),
)
def status(
    *,
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how many people stand where, and whether anything holds up all of them."""
    from cli.people.status_run import show_status

    run(show_status(batch_id=batch_id, department=department, as_json=as_json))
