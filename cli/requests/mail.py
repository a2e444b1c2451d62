"""The verbs about mail: stopping and starting all of it, its mailboxes, and what is planned."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson, said_why
from cli.run import run

Reason = Annotated[
    str,
    typer.Option(callback=said_why, help="Why: it is shown to admins, and stays in the audit log."),
]

app = typer.Typer(
    help="Stop all mail and start it again; see mailboxes and planned mails.",
    no_args_is_help=True,
    epilog=examples(
        'mfa-rollout mail stop --reason "wrong date in the invitation"',
        "mfa-rollout mail mailboxes",
        "mfa-rollout mail planned",
    ),
)


@app.command(epilog=examples('mfa-rollout mail stop --reason "wrong date in the invitation"'))
def stop(reason: Reason, *, as_json: AsJson = False) -> None:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    from cli.requests.mail_run import stop_mail

    run(stop_mail(reason, as_json=as_json))


@app.command(epilog=examples('mfa-rollout mail start --reason "the date is right now"'))
def start(reason: Reason, *, as_json: AsJson = False) -> None:
    """Let mails leave again; whatever is due is sent, once each."""
    from cli.requests.mail_run import start_mail

    run(start_mail(reason, as_json=as_json))


@app.command(epilog=examples("mfa-rollout mail mailboxes", "mfa-rollout mail mailboxes --json"))
def mailboxes(*, as_json: AsJson = False) -> None:
    """Show the sender mailboxes: whether each may send, and what is left of its budget."""
    from cli.requests.mailboxes_run import list_mailboxes

    run(list_mailboxes(as_json=as_json))


@app.command(epilog=examples("mfa-rollout mail probe mfa@contoso.com"))
def probe(
    mailbox: Annotated[str, typer.Argument(help="One of SENDER_MAILBOXES.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Send a test mail from a mailbox to itself: it may send again when that arrives."""
    from cli.requests.mailboxes_run import probe_one

    run(probe_one(mailbox, as_json=as_json))


@app.command(
    epilog=examples("mfa-rollout mail planned", "mfa-rollout mail planned --batch-id wave-1 --json")
)
def planned(
    *,
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how many mails are planned for the next 14 days, by day and mailbox."""
    from cli.requests.mailboxes_run import show_planned

    run(show_planned(batch_id, as_json=as_json))
