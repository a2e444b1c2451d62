"""The verb that tells all about one person."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.run import run

Who = Annotated[str, typer.Argument(help="Name, mail address, UPN or ObjectId, or a part of it.")]

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout show ada@contoso.com",
        "mfa-rollout show lovelace",
        "mfa-rollout show ada@contoso.com --history",
    ),
)
def show(
    who: Who,
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Tell the story from Temporal's history instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a person's status, next step, what holds it up, and history.

    Where several people match, they are listed.
    """
    from cli.people.show_run import show_history, show_person

    if history and as_json:
        raise typer.BadParameter("--json has the story of our tables: leave --history out.")

    run(show_history(who) if history else show_person(who, as_json=as_json))
