"""The verbs ``bulk pause|resend|cancel`` and others: the same for everybody a filter finds."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.people_filter import View, chooses_people
from cli.run import run
from domain.bulk.records import RequestAction

if TYPE_CHECKING:
    from domain.tables.people import PeopleFilter

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


def _verb(name: str, action: RequestAction, what: str, *shown: str) -> None:
    """Add a verb; all of them have the same options."""

    @app.command(name, help=what, epilog=examples(*shown))
    @chooses_people
    def ask(
        *,
        wanted: "PeopleFilter",
        view: View = None,
        everybody: Everybody = False,
        reason: Reason = None,
        dry_run: DryRun = False,
        yes: Yes = False,
        as_json: AsJson = False,
    ) -> None:
        from cli.bulk.run import ask_many
        from domain.tables.people import PeopleFilter

        if (wanted == PeopleFilter() and not view) is not everybody:
            raise typer.BadParameter("Give a filter, or --everybody without one.")
        run(
            ask_many(
                action,
                wanted,
                view=view or None,
                reason=reason or None,
                dry_run=dry_run,
                yes=yes,
                as_json=as_json,
            )
        )


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
