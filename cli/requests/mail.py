"""The verbs of the emergency stop: ``mail stop`` and ``mail start``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.run import run

Reason = Annotated[
    str, typer.Option(help="Why: it is shown to admins, and stays in the audit log.")
]

app = typer.Typer(help="Stop all mail of the rollout, and start it again.", no_args_is_help=True)


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
