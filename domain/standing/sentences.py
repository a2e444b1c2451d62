"""Tells in sentences what the tables hold about a person, from the texts beside it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from domain.enrolment.state import Problem, ProblemKind
from domain.enrolment.texts import problem_text
from domain.mail.shown.texts import MAIL_NAMES
from domain.standing.texts import (
    ENDS,
    MAIL_OUTCOMES,
    NEXT_WHEN,
    OTHER_STEPS,
    RESTART,
    STANDS,
    STANDS_OTHERWISE,
    STORY,
    WHY,
    WORDS,
    When,
)
from domain.standing.why_not_sooner import Hold, HoldReason
from domain.status import Concern, EnrolmentEnd, InviteStatus
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.story import StoryEvent, StoryKind
from domain.tables.values import Json
from domain.wording.sentence import clause, sentence

Clock = Callable[[datetime], str]
"""How the reader's clock shows an instant."""

NEXT: Mapping[NextStep, str] = {
    **{NextStep(kind): name for kind, name in MAIL_NAMES.items()},
    **OTHER_STEPS,
}
"""What each next step is called."""

# What another person has to end first, or something whose end nobody knows.
_OPEN_ENDED = frozenset(
    {
        HoldReason.PAUSED,
        HoldReason.DISABLED,
        HoldReason.RETURNED,
        HoldReason.EXCLUDED,
        HoldReason.NO_ADDRESS,
        HoldReason.NO_MANAGER,
        HoldReason.MAIL_STOPPED,
        HoldReason.MAILBOX_STOPPED,
        HoldReason.MAILBOX_PAUSED,
        HoldReason.WORKER_MISSING,
        HoldReason.BUDGET,
    }
)


def mail_outcome(outcome: str | None) -> str:
    """Return what is said of how a mail ended, empty while it hasn't."""
    return MAIL_OUTCOMES.get(outcome, outcome) if outcome else ""


def is_told(event: StoryEvent) -> bool:
    """Say whether people are told of an event: a cancellation is its own event, and no problem."""
    cancelled = event.data.get("problem") == ProblemKind.CANCELLED
    return not (event.kind is StoryKind.PROBLEM_MET and cancelled)


def story_sentence(event: StoryEvent) -> str:
    """Tell one event of a story."""
    data = {name: str(value) for name, value in event.data.items() if value is not None}
    actor = _by(event.actor)
    if event.kind is StoryKind.ENDED:
        with suppress(ValueError, KeyError):
            return ended_sentence(
                EnrolmentEnd(data["how"]), actor=event.actor, reason=data.get("reason")
            )
    values = {
        "batch": data.get("batch", WORDS["unknown"]),
        "mail": data.get("mail", WORDS["unknown"]),
        "code": WORDS["code"].format(code=data["code"]) if data.get("code") else "",
        "reason": data.get("reason", WORDS["unknown"]),
        "because": _because(data.get("reason")),
        "problem": _problem(event.data),
        "end": data.get("how", WORDS["unknown"]),
        "actor": actor,
    }
    return sentence(STORY[event.kind].format_map(values))


def standing_sentence(row: EnrolmentRecord, clock: Clock) -> str:
    """Tell where a person stands."""
    values = {
        "status": row.status.value,
        "invited": _at(row.invite_sent_at, clock),
        "clicked": _at(row.clicked_at, clock),
        "added": _at(row.added_to_group_at, clock),
        "registered": _at(row.registered_at, clock),
        "reminders": _reminders(row.reminder_count),
    }
    if row.ended is not None and row.ended is not EnrolmentEnd.ACTIVE:
        end = ended_sentence(row.ended)
        is_made_anew = row.ended is EnrolmentEnd.GONE and row.replaced_by is not None
        text = STANDS_OTHERWISE["made-anew" if is_made_anew else "ended"]
        return text.format_map(values | {"end": end})
    if row.registered_at is not None:
        return STANDS_OTHERWISE["registered"].format_map(values)
    if row.status is InviteStatus.PENDING and row.invite_sent_at is not None:
        return STANDS_OTHERWISE["new-link"].format_map(values)
    return STANDS[row.status].format_map(values)


def next_sentence(row: EnrolmentRecord, holds: tuple[Hold, ...], clock: Clock) -> str:
    """Tell what happens next to a person, and when."""
    if row.ended is not None:
        return NEXT_WHEN[When.NEVER]
    if row.next_step is None:
        return NEXT_WHEN[When.PERSON]
    step = NEXT[row.next_step]
    if any(hold.reason in _OPEN_ENDED for hold in holds):
        return NEXT_WHEN[When.HELD].format(step=step)
    dates = [hold.until for hold in holds if hold.until is not None]
    if dates:
        return NEXT_WHEN[When.AT].format(step=step, due=clock(max(dates)))
    if row.due_at is not None:
        return NEXT_WHEN[When.DUE].format(step=step, due=clock(row.due_at))
    return NEXT_WHEN[When.SOON].format(step=step)


def restart_sentence(end: EnrolmentEnd) -> str:
    """Tell whether an import starts somebody again whose enrolment has ended."""
    return RESTART[end]


def why_sentence(hold: Hold, clock: Clock) -> str:
    """Tell one reason for which the next step doesn't happen sooner."""
    since = clock(hold.since) if hold.since is not None else WORDS["never"]
    return WHY[hold.reason].format(
        since=since,
        until=_at(hold.until, clock),
        actor=hold.actor or WORDS["unknown"],
        why=clause(hold.why or WORDS["unknown"]),
    )


def ended_sentence(
    end: EnrolmentEnd, *, actor: str | None = None, reason: str | None = None
) -> str:
    """Tell how an enrolment ended."""
    return ENDS[end].format(actor=_by(actor), reason=_because(reason))


def _problem(data: Mapping[str, Json]) -> str:
    """Tell the problem that an event names, or its name where this release doesn't know it."""
    values = data.get("values")
    name = str(data.get("problem", WORDS["unknown"]))
    try:
        return problem_text(
            Problem(
                concern=Concern(str(data.get("concern"))),
                kind=ProblemKind(name),
                since=datetime.min,  # noqa: DTZ901 - the event has the date
                values={k: str(v) for k, v in values.items()} if isinstance(values, dict) else {},
            )
        )
    except (KeyError, ValueError):
        return name


def _by(actor: str | None) -> str:
    return WORDS["by"].format(actor=actor) if actor else ""


def _because(reason: str | None) -> str:
    return WORDS["because"].format(reason=clause(reason)) if reason else ""


def _at(at: datetime | None, clock: Clock) -> str:
    return WORDS["unknown"] if at is None else clock(at)


def _reminders(count: int) -> str:
    return WORDS.get(f"reminders-{count}", WORDS["reminders"]).format(count=count)
