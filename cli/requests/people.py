"""The verbs that ask for something about one person."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson, said_why
from cli.people.show import Who
from cli.run import run

Reason = Annotated[
    str, typer.Option(callback=said_why, help="Why: it stays in the person's history.")
]

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


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout retry ada@contoso.com --reason "manager entered"'),
)
def retry(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """Try again at once what failed for this person.

    Mail address and manager are read from Entra ID anew.
    """
    from cli.requests.people_run import retry_person

    run(retry_person(who, reason, as_json=as_json))


@app.command(
    "add-to-group",
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout add-to-group ada@contoso.com --reason "has a phone again"'),
)
def add_to_group(who: Who, reason: Reason, *, as_json: AsJson = False) -> None:
    """Add a registered person to the enforcement group.

    Nobody is added who is excluded, or whose enrolment was cancelled.
    """
    from cli.requests.add_to_group_run import add_to_group_run

    run(add_to_group_run(who, reason, as_json=as_json))
