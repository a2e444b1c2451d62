"""The verbs of the audit log: ``audit list``, ``audit verify`` and ``audit export``."""

from datetime import date
from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson, Limit, day
from cli.run import run
from domain.tables.audit import AuditAction

ACTIONS = tuple(action.value for action in AuditAction)


def _known_action(name: str | None) -> str | None:
    if name is not None and name not in ACTIONS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(ACTIONS)}.")
    return name


Person = Annotated[
    str | None, typer.Option(help="Only about this person: name, UPN, address or ObjectId.")
]
ActorName = Annotated[
    str | None, typer.Option("--actor", help="Only what this admin did: name or ObjectId.")
]
Action = Annotated[
    str | None,
    typer.Option(
        callback=_known_action,
        autocompletion=lambda: list(ACTIONS),
        help="Only this action, such as import, pause, stop-mail, erase.",
    ),
]
Since = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DAY", help="From this day on: 2026-11-27."),
]
Until = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DAY", help="Up to the end of this day."),
]

app = typer.Typer(
    help="Read and check the log of what admins did.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout audit list --person ada@contoso.com",
        "mfa-rollout audit verify",
        "mfa-rollout audit export > audit.csv",
    ),
)


@app.command(
    "list",
    epilog=examples(
        "mfa-rollout audit list",
        "mfa-rollout audit list --person ada@contoso.com",
        'mfa-rollout audit list --actor "Grace Hopper" --action cancel',
        "mfa-rollout audit list --since 2026-11-01 --until 2026-11-30 --json",
    ),
)
def list_(
    *,
    person: Person = None,
    actor: ActorName = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Show who did what, when and why; the latest first."""
    from cli.audit.filter import Wanted
    from cli.audit.verbs_run import list_entries

    wanted = Wanted(person=person, actor=actor, action=action, since=since, until=until)
    run(list_entries(wanted, limit=limit, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout audit verify",
        'mfa-rollout audit verify --head "$(cat audit-head)"',
    )
)
def verify(
    *,
    head: Annotated[
        str | None,
        typer.Option(help="A head that was noted earlier, as NUMBER:HASH: shows a cut-off end."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no entry was changed, removed or inserted; exit status 1 where one was.

    Prints the head, which is the last entry's number and hash. Keep it
    elsewhere: entries that were cut off at the end are only noticed by comparing
    with an earlier head. The worker logs it every day.
    """
    from cli.audit.verbs_run import verify_log

    run(verify_log(head=head, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout audit export > audit.csv",
        "mfa-rollout audit export --since 2026-11-01 > november.csv",
    )
)
def export(
    *,
    person: Person = None,
    actor: ActorName = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Print the log as CSV, the oldest entry first."""
    from cli.audit.filter import Wanted
    from cli.audit.verbs_run import export_entries

    wanted = Wanted(person=person, actor=actor, action=action, since=since, until=until)
    run(export_entries(wanted, as_json=as_json))
