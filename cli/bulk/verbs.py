"""The verbs ``bulk pause|resend|cancel`` and others: the same for everybody a filter finds."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.people_filter import (
    Attention,
    BatchId,
    Department,
    Ended,
    EndedAs,
    Escalated,
    Language,
    Manager,
    NoDepartment,
    RegisteredAfter,
    Status,
    Text,
    View,
    people_filter,
)
from cli.run import run
from domain.bulk.records import RequestAction

Everybody = Annotated[bool, typer.Option("--everybody", help="Without a filter: everybody.")]
Reason = Annotated[
    str | None, typer.Option(help="Why: it stays in each person's history and in the audit log.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say who would be affected.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]

app = typer.Typer(
    help="Ask the same for many people at once.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout bulk pause --department Finance --dry-run",
        'mfa-rollout bulk resend --attention bounced --reason "addresses corrected"',
    ),
)


def _act(action: RequestAction, options: dict[str, object]) -> None:
    from cli.bulk.run import ask_many
    from domain.tables.people import PeopleFilter

    wanted = people_filter(options)
    view = _text(options["view"])
    if (wanted == PeopleFilter() and view is None) is not bool(options["everybody"]):
        raise typer.BadParameter("Give a filter, or --everybody without one.")
    run(
        ask_many(
            action,
            wanted,
            view=view,
            reason=_text(options["reason"]),
            dry_run=bool(options["dry_run"]),
            yes=bool(options["yes"]),
            as_json=bool(options["as_json"]),
        )
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _verb(name: str, action: RequestAction, what: str, *shown: str) -> None:
    """Add a verb; all of them have the same options."""

    @app.command(name, help=what, epilog=examples(*shown))
    def ask(
        *,
        text: Text = None,
        status: Status = None,
        batch_id: BatchId = None,
        department: Department = None,
        attention: Attention = None,
        manager: Manager = None,
        language: Language = None,
        ended: Ended = None,
        ended_as: EndedAs = None,
        escalated: Escalated = None,
        registered_after: RegisteredAfter = None,
        no_department: NoDepartment = False,
        view: View = None,
        everybody: Everybody = False,
        reason: Reason = None,
        dry_run: DryRun = False,
        yes: Yes = False,
        as_json: AsJson = False,
    ) -> None:
        _act(action, locals())


_verb(
    "pause",
    RequestAction.PAUSE,
    "Send these people nothing until resumed.",
    "mfa-rollout bulk pause --department Finance --dry-run",
    'mfa-rollout bulk pause --department Finance --reason "year-end closing"',
)
_verb(
    "resume",
    RequestAction.RESUME,
    "Send these people mail again; whatever is due is sent once.",
    'mfa-rollout bulk resume --department Finance --reason "closing is done"',
)
_verb(
    "resend",
    RequestAction.RESEND,
    "Send these people a new link; the limits of the mailboxes hold.",
    'mfa-rollout bulk resend --attention bounced --reason "addresses corrected"',
)
_verb(
    "cancel",
    RequestAction.CANCEL,
    "End these people's enrolments; their links are not recognised any more.",
    'mfa-rollout bulk cancel --batch-id wave-9 --reason "the project was stopped"',
)
_verb(
    "retry",
    RequestAction.RETRY,
    "Try again at once what failed for these people.",
    'mfa-rollout bulk retry --attention no-manager --reason "managers entered"',
)
_verb(
    "add-to-group",
    RequestAction.ADD_TO_GROUP,
    "Add those of these people who have registered to the enforcement group.",
    "mfa-rollout bulk add-to-group --attention left-group --dry-run",
    'mfa-rollout bulk add-to-group --attention not-in-group --reason "clean-up"',
)
