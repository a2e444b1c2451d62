"""The options by which verbs choose people, and the filter that they make."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from domain.enrolment.status import InviteStatus
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


Text = Annotated[str | None, typer.Option(help="Part of a name, a UPN or a mail address.")]
Status = Annotated[
    str | None,
    typer.Option(
        callback=_known_status,
        autocompletion=lambda: list(InviteStatus),
        help=f"{', '.join(InviteStatus)}.",
    ),
]
BatchId = Annotated[str | None, typer.Option(help="Only this batch.")]
Department = Annotated[str | None, typer.Option(help="Only this department.")]
Attention = Annotated[
    str | None,
    typer.Option(
        callback=_known_kind,
        autocompletion=lambda: list(KINDS),
        help="Only people who need attention for this reason, see `attention`.",
    ),
]
Manager = Annotated[str | None, typer.Option(help="Only people with this manager: a UPN.")]
Language = Annotated[str | None, typer.Option(help="Only this language, as Entra ID has it.")]
Ended = Annotated[
    bool | None,
    typer.Option("--ended/--running", help="Only enrolments that have ended, or that run."),
]
EndedAs = Annotated[
    str | None,
    typer.Option(
        callback=_known_end,
        autocompletion=lambda: list(ENDS),
        help=f"How the enrolment ended: {', '.join(ENDS)} (any of the three).",
    ),
]
RegisteredAfter = Annotated[
    str | None,
    typer.Option(
        "--after-mail",
        metavar="MAIL",
        help="The last mail before they registered: invitation, reminder-2, escalation.",
    ),
]
NoDepartment = Annotated[
    bool, typer.Option("--no-department", help="Only people without a department.")
]
Escalated = Annotated[
    bool | None,
    typer.Option(
        "--escalated/--not-escalated", help="Only people whose manager was told, or not told."
    ),
]

View = Annotated[
    str | None,
    typer.Option(
        "--view", help="Only people of a view, see `views`; other filters replace its own."
    ),
]


def people_filter(options: Mapping[str, object]) -> "PeopleFilter":
    """Return the filter that a verb's options make."""
    from domain.tables.people import OtherEnd, PeopleFilter

    ended_as = _text(options["ended_as"])
    status, attention = _text(options["status"]), _text(options["attention"])
    return PeopleFilter(
        text=_text(options["text"]),
        status=InviteStatus(status) if status else None,
        batch_id=_text(options["batch_id"]),
        department=_text(options["department"]),
        attention=AttentionKind(attention) if attention else None,
        manager_upn=_text(options["manager"]),
        language=_text(options["language"]),
        has_ended=_switch(options["ended"]),
        ended_as=OtherEnd(ended_as) if ended_as not in {None, NOT_ACTIVE} else None,
        not_active=ended_as == NOT_ACTIVE or None,
        escalated=_switch(options["escalated"]),
        registered_after=_text(options["registered_after"]),
        no_department=bool(options["no_department"]) or None,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _switch(value: object) -> bool | None:
    return None if value is None else bool(value)
