"""The options by which verbs choose people, and the filter that they make."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import takes_over
from domain.status import InviteStatus
from domain.tables.attention import PEOPLE_KINDS, AttentionKind

if TYPE_CHECKING:
    from domain.tables.people import PeopleFilter

NOT_ACTIVE = "not-active"
ENDS = ("cancelled", "failed", "otherwise", NOT_ACTIVE)
KINDS = tuple(kind.value for kind in PEOPLE_KINDS)


def _known_status(name: str | None) -> str | None:
    """Refuse what is no status."""
    # Not by the parameter's type: Typer's list of choices doesn't fit into 80 columns.
    if name is not None and name not in set(InviteStatus):
        raise typer.BadParameter(f"{name} is none of {', '.join(InviteStatus)}.")
    return name


def _known_kind(name: str | None) -> str | None:
    """Refuse what people can't be filtered by: rows that name nobody are no people."""
    if name == AttentionKind.UNKNOWN_ROW:
        raise typer.BadParameter(
            f"a row that names nobody is no person: `mfa-rollout attention {name}` lists such rows."
        )
    if name is not None and name not in KINDS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(KINDS)}.")
    return name


def _known_end(name: str | None) -> str | None:
    """Refuse what is no end."""
    if name is not None and name not in ENDS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(ENDS)}.")
    return name


def _options(
    *,
    text: Annotated[
        str | None, typer.Option(help="Part of a name, a UPN or a mail address.")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(
            callback=_known_status,
            autocompletion=lambda: list(InviteStatus),
            help=f"{', '.join(InviteStatus)}.",
        ),
    ] = None,
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    department: Annotated[str | None, typer.Option(help="Only this department.")] = None,
    attention: Annotated[
        str | None,
        typer.Option(
            callback=_known_kind,
            autocompletion=lambda: list(KINDS),
            help="Only people who need attention for this reason, see `attention`.",
        ),
    ] = None,
    manager: Annotated[
        str | None, typer.Option(help="Only people with this manager: a UPN.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Only this language, as Entra ID has it.")
    ] = None,
    ended: Annotated[
        bool | None,
        typer.Option("--ended/--running", help="Only enrolments that have ended, or that run."),
    ] = None,
    ended_as: Annotated[
        str | None,
        typer.Option(
            callback=_known_end,
            autocompletion=lambda: list(ENDS),
            help=f"How the enrolment ended: {', '.join(ENDS)} (any of the three).",
        ),
    ] = None,
    escalated: Annotated[
        bool | None,
        typer.Option(
            "--escalated/--not-escalated", help="Only people whose manager was told, or not told."
        ),
    ] = None,
    registered_after: Annotated[
        str | None,
        typer.Option(
            "--after-mail",
            metavar="MAIL",
            help="The last mail before they registered: invitation, reminder-2, escalation.",
        ),
    ] = None,
    no_department: Annotated[
        bool, typer.Option("--no-department", help="Only people without a department.")
    ] = False,
) -> "PeopleFilter":
    """Return the filter that the options of a verb make."""
    from domain.tables.people import OtherEnd, PeopleFilter

    return PeopleFilter(
        text=text or None,
        status=InviteStatus(status) if status else None,
        batch_id=batch_id or None,
        department=department or None,
        attention=AttentionKind(attention) if attention else None,
        manager_upn=manager or None,
        language=language or None,
        has_ended=ended,
        ended_as=OtherEnd(ended_as) if ended_as and ended_as != NOT_ACTIVE else None,
        not_active=ended_as == NOT_ACTIVE or None,
        escalated=escalated,
        registered_after=registered_after or None,
        no_department=no_department or None,
    )


chooses_people = takes_over("wanted", _options)
"""Gives a verb the options of ``_options``, and calls it with the filter as ``wanted``."""

View = Annotated[
    str | None,
    typer.Option(
        "--view", help="Only people of a view, see `views`; other filters replace its own."
    ),
]
