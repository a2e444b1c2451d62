"""What is told of a person: every event, where they stand, what comes next, and why not sooner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.mail.content import Withheld
from domain.standing.attention import to_do
from domain.standing.sentences import (
    ended_sentence,
    mail_outcome,
    next_sentence,
    restart_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.why_not_sooner import Hold, HoldReason
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind, AttentionRules
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.story import StoryEvent, StoryKind

# Every test here holds the words themselves.
pytestmark = pytest.mark.wording

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)


def clock(at: datetime) -> str:
    """Show an instant as briefly as can be."""
    return f"{at:%d.%m.}"


def told(kind: StoryKind, actor: str | None = None, **data: Any) -> str:
    """Tell an event."""
    return story_sentence(
        StoryEvent(run_id="r", number=1, at=AT, kind=kind, data=data, actor=actor)
    )


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        (StoryKind.IMPORTED, {"batch": "autumn"}, "Imported in batch autumn."),
        (StoryKind.IMPORTED, {}, "Imported in batch unknown."),
        (StoryKind.IMPORTED, {"batch": None}, "Imported in batch unknown."),
        (StoryKind.INVITED, {}, "The invitation was sent."),
        (StoryKind.OPENED, {}, "A mail was opened."),
        (StoryKind.CLICKED, {}, "The user clicked the button behind the link."),
        (StoryKind.ADDED_TO_GROUP, {}, "Added to the enforcement group."),
        (StoryKind.REMINDED, {}, "A reminder was sent."),
        (StoryKind.FOLLOWED_UP, {}, "A follow-up was sent."),
        (StoryKind.ESCALATED, {}, "The manager was told by mail."),
        (
            StoryKind.BOUNCED,
            {"mail": "reminder", "code": "5.1.10"},
            "The reminder was returned (5.1.10).",
        ),
        (StoryKind.BOUNCED, {}, "The unknown was returned."),
        (StoryKind.RESENT, {"actor": "Ada"}, "A new link was requested by Ada."),
        (
            StoryKind.RESENT,
            {"actor": "Ada", "reason": "lost"},
            "A new link was requested by Ada: lost.",
        ),
        (StoryKind.RESENT, {}, "A new link was requested."),
        (StoryKind.PAUSED, {"actor": "Ada", "reason": "leave"}, "Paused by Ada: leave."),
        (StoryKind.PAUSED, {"actor": "Ada", "reason": "On leave."}, "Paused by Ada: On leave."),
        (StoryKind.PAUSED, {}, "Paused: unknown."),
        (StoryKind.RESUMED, {"actor": "Ada", "reason": "back"}, "Resumed by Ada: back."),
        (StoryKind.CHECKED, {}, "The registered methods were looked at."),
        (StoryKind.REGISTERED, {}, "An MFA method was found: the user is registered."),
        (StoryKind.PROBLEM_MET, {}, "Problem: unknown."),
        (StoryKind.PROBLEM_MET, {"problem": "of-a-later-release"}, "Problem: of-a-later-release."),
        (
            StoryKind.PROBLEM_MET,
            {"concern": "delivery", "problem": "mail-returned", "values": {"code": "5.1.10"}},
            (
                "Problem: Mail to this person was returned (5.1.10): correct the address in Entra "
                "ID, or resend."
            ),
        ),
        (StoryKind.PROBLEM_SOLVED, {}, "Solved: unknown."),
        (
            StoryKind.PROBLEM_SOLVED,
            {"concern": "account", "problem": "account-disabled", "values": {}},
            (
                "Solved: The account is disabled, so no mail is sent. The enrolment continues "
                "once it is enabled."
            ),
        ),
        (StoryKind.ENDED, {"how": "active"}, "The enrolment is complete: the user is Active."),
        (
            StoryKind.ENDED,
            {"actor": "Ada", "how": "cancelled", "reason": "left"},
            "The enrolment was cancelled by Ada: left.",
        ),
        (StoryKind.ENDED, {"how": "cancelled"}, "The enrolment was cancelled."),
        (StoryKind.ENDED, {"how": "otherwise"}, "otherwise."),
        (StoryKind.ENDED, {}, "unknown."),
    ],
)
def test_every_event_is_told(kind: StoryKind, values: dict[str, Any], text: str) -> None:
    """An event is one sentence; what it doesn't hold, or isn't known here, leaves no gap."""
    assert told(kind, **values) == text


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (EnrolmentEnd.ACTIVE, "The enrolment is complete: the user is Active."),
        (EnrolmentEnd.GONE, "The enrolment ended: the user is not in the directory."),
        (EnrolmentEnd.DISABLED, "The enrolment ended: the account stayed disabled."),
        (EnrolmentEnd.CANCELLED, "The enrolment was cancelled."),
        (EnrolmentEnd.FAILED, "The enrolment failed."),
    ],
)
def test_every_end_is_told(end: EnrolmentEnd, text: str) -> None:
    """An end that names nobody is a whole sentence, too."""
    assert ended_sentence(end) == text


@pytest.mark.parametrize("end", EnrolmentEnd)
def test_each_end_says_whether_an_import_starts_the_person_again(end: EnrolmentEnd) -> None:
    """Whoever was active or cancelled is left alone, unless the import asks for them."""
    is_left_alone = end in {EnrolmentEnd.ACTIVE, EnrolmentEnd.CANCELLED}
    begins = "An import leaves this person alone" if is_left_alone else "An import starts it again"
    assert restart_sentence(end).startswith(begins)


def row(**values: Any) -> EnrolmentRecord:
    """Return somebody who was invited, but for what is said otherwise."""
    usual: dict[str, Any] = {
        "object_id": "o",
        "run_id": "r",
        "revision": 1,
        "upn": "ada@contoso.com",
        "status": InviteStatus.SENT,
        "registration": RegistrationState.NOT_REGISTERED,
        "batch_id": "autumn",
        "source": "CSV Upload",
        "invite_sent_at": AT,
    }
    return EnrolmentRecord(**{**usual, **values})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"status": InviteStatus.PENDING, "invite_sent_at": None},
            "Pending: not invited yet.",
        ),
        (
            {"status": InviteStatus.PENDING},
            "Pending: a new link was requested; the last invitation was sent on 26.11..",
        ),
        ({}, "Sent: invited on 26.11., not reminded, not clicked yet."),
        ({"reminder_count": 1}, "Sent: invited on 26.11., reminded once, not clicked yet."),
        ({"reminder_count": 3}, "Sent: invited on 26.11., reminded 3 times, not clicked yet."),
        ({"invite_sent_at": None}, "Sent: invited on unknown, not reminded, not clicked yet."),
        (
            {"status": InviteStatus.CLICKED, "clicked_at": LATER},
            "Clicked: on 03.12.; not in the enforcement group yet.",
        ),
        (
            {"status": InviteStatus.ADDED_TO_GROUP, "added_to_group_at": LATER},
            "AddedToGroup: in the enforcement group since 03.12.; no MFA method is registered yet.",
        ),
        (
            {"status": InviteStatus.ACTIVE, "registered_at": LATER},
            "Active: an MFA method was first seen on 03.12..",
        ),
        (
            {"status": InviteStatus.CLICKED, "registered_at": LATER},
            "Clicked: an MFA method was first seen on 03.12..",
        ),
        (
            {"ended": EnrolmentEnd.CANCELLED},
            "The enrolment was cancelled. Last status: Sent.",
        ),
        (
            {"ended": EnrolmentEnd.GONE, "replaced_by": "another"},
            (
                "The enrolment ended: the user is not in the directory. Another account has their "
                "user principal name now, and an enrolment of its own. Last status: Sent."
            ),
        ),
        # Whoever has left is looked for a day before the enrolment ends.
        (
            {"replaced_by": "another", "invite_sent_at": AT},
            "Sent: invited on 26.11., not reminded, not clicked yet.",
        ),
        (
            {
                "status": InviteStatus.ACTIVE,
                "ended": EnrolmentEnd.ACTIVE,
                "registered_at": LATER,
            },
            "Active: an MFA method was first seen on 03.12..",
        ),
    ],
)
def test_where_a_person_stands(values: dict[str, Any], text: str) -> None:
    """One sentence, also where the status alone would mislead."""
    assert standing_sentence(row(**values), clock) == text


HELD = Hold(reason=HoldReason.PAUSED, actor="Ada", why="leave")
SLOT = Hold(reason=HoldReason.SLOT, until=AT)
WINDOW = Hold(reason=HoldReason.WINDOW, until=LATER)
TURN = Hold(reason=HoldReason.TURN)


@pytest.mark.parametrize(
    ("values", "holds", "text"),
    [
        ({"ended": EnrolmentEnd.ACTIVE}, (), "Nothing: the enrolment has ended."),
        ({"next_step": None}, (), "Nothing is planned."),
        ({"next_step": NextStep.REMINDER}, (TURN,), "Reminder, as soon as its turn comes."),
        (
            {"next_step": NextStep.REMINDER, "due_at": AT},
            (TURN,),
            "Reminder, due since 26.11..",
        ),
        (
            {"next_step": NextStep.INVITATION, "due_at": AT},
            (SLOT, WINDOW),
            "Invitation, on 03.12. at the earliest.",
        ),
        (
            {"next_step": NextStep.FOLLOW_UP},
            (WINDOW, HELD),
            "Follow-up, as soon as nothing blocks it.",
        ),
        ({"next_step": NextStep.RESEND}, (), "New link, as soon as its turn comes."),
        ({"next_step": NextStep.ESCALATION}, (), "Mail to the manager, as soon as its turn comes."),
        (
            {"next_step": NextStep.GROUP},
            (),
            "Adding the user to the enforcement group, as soon as its turn comes.",
        ),
    ],
)
def test_what_comes_next(values: dict[str, Any], holds: tuple[Hold, ...], text: str) -> None:
    """The step and its date, the latest of several; without one what it waits for."""
    assert next_sentence(row(**values), holds, clock) == text


@pytest.mark.parametrize("reason", sorted(set(HoldReason) - {HoldReason.ENDED}))
def test_why_not_sooner_is_a_sentence(reason: HoldReason) -> None:
    """Each reason is told with who, since when and until when, and none leaves a gap."""
    hold = Hold(reason=reason, since=AT, until=LATER, actor="Ada", why="phishing alarm")
    sentence = why_sentence(hold, clock)
    bare = why_sentence(Hold(reason=reason), clock)
    assert sentence[-1] in ".!"
    assert "None" not in sentence + bare
    assert "{" not in sentence + bare
    for value, name in (("26.11.", "never"), ("03.12.", "unknown"), ("Ada", "unknown")):
        assert (value not in sentence) or name in bare


def test_a_stop_is_told_with_who_and_why() -> None:
    """Who stopped mail, when and why stands in the sentence."""
    stopped = Hold(reason=HoldReason.MAIL_STOPPED, since=AT, actor="Ada", why="phishing alarm")
    sentence = why_sentence(stopped, clock)
    for part in ("26.11.", "Ada", "phishing alarm"):
        assert part in sentence
    assert "unknown" in why_sentence(replace(stopped, actor=None), clock)
    assert "unknown" in why_sentence(replace(stopped, why=None), clock)
    assert "never" in why_sentence(Hold(reason=HoldReason.WORKER_MISSING), clock)


def test_the_advice_names_how_long_ago_people_clicked() -> None:
    """It is the time by which the list goes: two weeks, or what the worker was started with."""
    usual = to_do(AttentionKind.NOT_REGISTERED, AttentionRules())
    assert "14 days" in usual
    rules = AttentionRules(not_registered_after=timedelta(days=3))
    assert to_do(AttentionKind.NOT_REGISTERED, rules) == usual.replace("14 days", "3 days")
    assert AttentionRules().stuck_after == timedelta(days=1)


@pytest.mark.parametrize("reason", sorted(Withheld))
def test_a_withheld_mail_says_why_in_words(reason: Withheld) -> None:
    """People read no codes; what is stored in words stays as it is, and a mail that waits is so."""
    assert mail_outcome(reason.value) not in ("", reason.value)
    assert mail_outcome("neither draft nor sent item") == "neither draft nor sent item"
    assert mail_outcome(None) == ""
