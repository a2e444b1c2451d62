"""The verb that counts the people of a rollout."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()
GROUPS = ("batch", "department", "mail", "day")


def _known_group(name: str | None) -> str | None:
    if name is not None and name not in GROUPS:
        raise typer.BadParameter(f"{name} is none of {', '.join(GROUPS)}.")
    return name


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout status",
        "mfa-rollout status --batch-id wave-1",
        "mfa-rollout status --department Finance",
        "mfa-rollout status --by batch",
        "mfa-rollout status --by mail",
        "mfa-rollout status --by day",
        "mfa-rollout status --json",
    ),
)
def status(
    *,
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    by: Annotated[
        str | None,
        typer.Option(
            callback=_known_group,
            autocompletion=lambda: list(GROUPS),
            help="Count each by itself: batch, department; mail: who registered after which; day: "
            "what each of the last 13 weeks' days brought.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how many people stand where, and whether anything holds up all of them."""
    if by is not None:
        from cli.status.groups import show_days, show_groups, show_mails

        if department is not None:
            raise typer.BadParameter("--by counts everybody, or those of --batch-id.")
        if by in {"mail", "day"} and batch_id is not None:
            raise typer.BadParameter(f"--by {by} counts everybody.")
        if by == "mail":
            run(show_mails(as_json=as_json))
        elif by == "day":
            run(show_days(as_json=as_json))
        else:
            run(show_groups(by, batch_id=batch_id, as_json=as_json))
        return
    from cli.status.run import show_status

    run(show_status(batch_id=batch_id, department=department, as_json=as_json))
