"""What tables and histories hold as text: another word would be another value in old ones."""

from enum import StrEnum

import pytest

from domain.bulk.records import GroupReason, PersonOutcome, RequestAction
from domain.enrolment.mail.delivery import Seen, Verdict
from domain.enrolment.mail.send_times import Question
from domain.mail.returned.status_codes import BounceClass
from domain.status import EnrolmentEnd, GroupAnswer, MailKind
from domain.tables.attention import PEOPLE_KINDS, AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.imports import ImportState, RowOutcome
from domain.tables.mail import MailHold, MailOrigin, MailState, ProbeOutcome, SenderState
from domain.tables.people import PeopleOrder
from domain.tables.rollout import ProcessKind, RequestState
from domain.tables.story import StoryKind

STORED: dict[type[StrEnum], set[str]] = {
    AttentionKind: {
        "failed",
        "bounced",
        "no-address",
        "no-manager",
        "reminders-used-up",
        "excluded-but-clicked",
        "list-differs",
        "left-group",
        "lost-methods",
        "stuck",
        "not-registered",
        "not-in-group",
        "mail-unconfirmed",
        "unknown-row",
    },
    NextStep: {"invitation", "reminder", "follow-up", "escalation", "group"},
    ImportState: {"running", "waiting", "done", "cancelled", "failed"},
    RowOutcome: {
        "started",
        "already-enrolled",
        "already-finished",
        "already-active",
        "cancelled",
        "rejected",
        "unknown",
        "repeated",
        "lapsed",
    },
    EnrolmentEnd: {"active", "gone", "disabled", "cancelled", "failed"},
    Question: {"opening", "grace-end"},
    Seen: {"sent", "draft", "nowhere"},
    Verdict: {"sent", "wait", "send-the-draft", "unconfirmed"},
    MailKind: {"invitation", "reminder", "follow-up", "escalation"},
    MailState: {
        "reserved",
        "drafting",
        "drafted",
        "sending",
        "sent",
        "withdrawn",
        "unconfirmed",
    },
    MailOrigin: {"schedule", "admin", "form"},
    ProbeOutcome: {"sent", "arrived", "missing"},
    BounceClass: {"address", "passing", "refused", "sender-blocked", "delivered"},
    SenderState: {"ready", "paused", "stopped"},
    MailHold: {
        "mail-stopped",
        "sender-paused",
        "sender-throttled",
        "minute-full",
        "hour-full",
        "day-full",
        "invitations-full",
    },
    PeopleOrder: {"name", "changed", "due"},
    ProcessKind: {"worker", "api"},
    RequestState: {"pending", "running", "done", "stopped", "failed"},
    RequestAction: {"pause", "resume", "resend", "cancel", "undo-import"},
    PersonOutcome: {
        "done",
        "recorded",
        "refused",
        "ended",
        "not-reached",
        "stopped",
        "erased",
        "kept",
    },
    GroupReason: {"removed-from-group", "left-in-group"},
    GroupAnswer: {"added", "already-member", "excluded"},
    StoryKind: {
        "imported",
        "invited",
        "opened",
        "clicked",
        "added-to-group",
        "reminded",
        "followed-up",
        "escalated",
        "bounced",
        "resent",
        "paused",
        "resumed",
        "checked",
        "registered",
        "problem-met",
        "problem-solved",
        "ended",
    },
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_stored_values_are_never_renamed(kind: type[StrEnum]) -> None:
    """Every value that may be stored already is still one; new ones may join them."""
    assert STORED[kind] <= set(kind)


def test_a_mail_that_left_or_never_will_is_final() -> None:
    """Sent, withdrawn and unconfirmed mails are left alone, and no others."""
    final = {state for state in MailState if state.is_final}
    assert final == {MailState.SENT, MailState.WITHDRAWN, MailState.UNCONFIRMED}


def test_all_kinds_but_an_unknown_row_are_about_people() -> None:
    """A row that nobody is known for is on the attention list, and in no list of people."""
    assert [*PEOPLE_KINDS, AttentionKind.UNKNOWN_ROW] == list(AttentionKind)
