"""The verbs of webhooks: ``webhooks add``, ``list``, ``remove``, ``resume`` and ``test``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.run import run
from domain.status import InviteStatus

Id = Annotated[str, typer.Argument(help="The webhook's id, or how it begins; `list` shows it.")]
Reason = Annotated[str | None, typer.Option(help="Why, for the audit log.")]

app = typer.Typer(
    help="Tell other systems when a status changes.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout webhooks add https://hooks.contoso.com/mfa",
        "mfa-rollout webhooks list",
    ),
)


@app.command(
    epilog=examples(
        "mfa-rollout webhooks add https://hooks.contoso.com/mfa",
        "mfa-rollout webhooks add https://hooks.contoso.com/mfa --status Active",
    )
)
def add(
    url: Annotated[str, typer.Argument(help="Where messages are posted: https, a public host.")],
    *,
    status: Annotated[
        list[InviteStatus] | None,
        typer.Option(help="Only changes to this status; repeatable."),
    ] = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Add a webhook, and print the secret that its messages are signed with.

    The secret is not shown again. Messages hold ObjectIds, statuses and batch
    ids, never names or addresses.
    """
    from cli.webhooks.verbs_run import add_one

    run(add_one(url, tuple(status or ()), reason=reason, as_json=as_json))


@app.command(
    "list", epilog=examples("mfa-rollout webhooks list", "mfa-rollout webhooks list --json")
)
def list_(*, as_json: AsJson = False) -> None:
    """Show all webhooks: where they lead, what waits for them, and what is wrong."""
    from cli.webhooks.verbs_run import list_all

    run(list_all(as_json=as_json))


@app.command(epilog=examples("mfa-rollout webhooks show 3f2a"))
def show(webhook_id: Id, *, as_json: AsJson = False) -> None:
    """Show where a webhook leads, and the latest messages that were posted to it."""
    from cli.webhooks.verbs_run import show_one

    run(show_one(webhook_id, as_json=as_json))


@app.command(epilog=examples('mfa-rollout webhooks remove 3f2a --reason "another system now"'))
def remove(webhook_id: Id, *, reason: Reason = None, as_json: AsJson = False) -> None:
    """Remove a webhook; messages that wait for it are discarded."""
    from cli.webhooks.verbs_run import remove_one

    run(remove_one(webhook_id, reason=reason, as_json=as_json))


@app.command(epilog=examples("mfa-rollout webhooks resume 3f2a"))
def resume(webhook_id: Id, *, reason: Reason = None, as_json: AsJson = False) -> None:
    """Resume a webhook that was given up; it gets what changes from now on."""
    from cli.webhooks.verbs_run import resume_one

    run(resume_one(webhook_id, reason=reason, as_json=as_json))


@app.command("test", epilog=examples("mfa-rollout webhooks test 3f2a"))
def trial(webhook_id: Id, *, as_json: AsJson = False) -> None:
    """Let a worker post one test message, and say what became of it."""
    from cli.webhooks.verbs_run import test_one

    run(test_one(webhook_id, as_json=as_json))
