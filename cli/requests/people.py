"""The verbs that ask for something about one person."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.people.show import Who
from cli.run import run

Reason = Annotated[str, typer.Option(help="Why: it stays in the person's history.")]

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout pause ada@contoso.com --reason "on leave until May"'),
)
def pause(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """Send this person nothing until resumed."""
    from cli.requests.people_run import pause_person

    run(pause_person(who, reason, as_json=as_json))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resume ada@contoso.com --reason "back from leave"'),
)
def resume(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """Send a paused person mail again; whatever is due is sent once."""
    from cli.requests.people_run import resume_person

    run(resume_person(who, reason, as_json=as_json))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resend ada@contoso.com --reason "lost the mail"'),
)
def resend(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """Send this person a new link at once."""
    from cli.requests.people_run import resend_link

    run(resend_link(who, reason, as_json=as_json))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout cancel ada@contoso.com --reason "has left the company"'),
)
def cancel(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """End this person's enrolment; their links are not recognised any more."""
    from cli.requests.people_run import cancel_person

    run(cancel_person(who, reason, as_json=as_json))
