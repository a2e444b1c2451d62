"""The verb that tells all about one person."""

from pathlib import Path
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
        "mfa-rollout show ada@contoso.com --mail 2",
        "mfa-rollout show ada@contoso.com --mail 2 --html mail.html",
    ),
)
def show(
    who: Who,
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Tell the story from Temporal's history instead.")
    ] = False,
    mail: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Show only this mail, as it looked: 1 is the first."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --mail: write its page into this new file, too."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a person's status, next step, what holds it up, and history.

    Where several people match, they are listed.
    """
    from cli.people.mail_run import show_mail
    from cli.people.show_run import show_history, show_person

    if history and (as_json or mail is not None):
        raise typer.BadParameter(
            "leave --history out: --json and --mail tell what our tables have."
        )
    if mail is not None:
        run(show_mail(who, mail, html=html, as_json=as_json))
        return
    if html is not None:
        raise typer.BadParameter("--html is of one mail: say which with --mail.")
    run(show_history(who) if history else show_person(who, as_json=as_json))
