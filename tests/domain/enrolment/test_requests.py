"""What admins ask of an enrolment: granted once, refused with the reason, and nothing changed."""

from dataclasses import replace
from typing import Any

import pytest

from domain.enrolment.messages import AdminRequest, RequestRefusal, Update
from domain.enrolment.requests import apply, refusal_of
from domain.enrolment.state import EnrolmentState
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, POLICY, START, sent

NOW = START + DAY
ASK = AdminRequest(actor="bob", reason="on leave", request_id="once")
BY_ADA = AdminRequest(actor="ada", reason="first")


def asked(update: Update, request: AdminRequest = ASK, **changes: Any) -> EnrolmentState:
    """Return the state of somebody who was invited a day ago, after this request."""
    state = replace(sent(), **changes)
    apply(update, request, state, NOW, POLICY)
    return state


REFUSED: dict[Update, tuple[dict[str, Any], RequestRefusal, dict[str, str]]] = {
    Update.PAUSE: ({"paused": BY_ADA}, RequestRefusal.ALREADY_PAUSED, {"actor": "ada"}),
    Update.RESUME: ({}, RequestRefusal.NOT_PAUSED, {}),
    Update.CANCEL: ({"cancelled": BY_ADA}, RequestRefusal.ALREADY_CANCELLED, {"actor": "ada"}),
    Update.RESEND: ({"paused": BY_ADA}, RequestRefusal.RESEND_PAUSED, {}),
    Update.RETRY: ({}, RequestRefusal.RETRY_NOT_NEEDED, {}),
}


@pytest.mark.parametrize("update", Update)
def test_what_makes_no_sense_is_refused_and_changes_nothing(update: Update) -> None:
    """The refusal says why, and by whom it was done before."""
    changes, refusal, values = REFUSED[update]
    before = replace(sent(), **changes)
    assert refusal_of(update, ASK, before, NOW, POLICY) == (refusal, values)
    assert asked(update, **changes) == before


def test_what_was_asked_twice_is_done_once() -> None:
    """A pause that comes again is granted, and the first one stands."""
    state = asked(Update.PAUSE)
    again = replace(ASK, reason="another")
    assert refusal_of(Update.PAUSE, again, state, NOW, POLICY) is None
    apply(Update.PAUSE, again, state, NOW, POLICY)
    assert state.paused == ASK


def test_a_new_link_is_told_with_its_reason() -> None:
    """The story has who asked for it, and why, as it has of a pause."""
    *_, event = asked(Update.RESEND).story
    assert (event.kind, event.actor, event.data) == (
        StoryKind.RESENT,
        "bob",
        {"reason": "on leave"},
    )


def test_a_request_without_an_id_is_done_each_time() -> None:
    """Pause, resume and pause again, all by a program that doesn't repeat itself."""
    request = replace(ASK, request_id="")
    state = asked(Update.PAUSE, request)
    apply(Update.RESUME, request, state, NOW, POLICY)
    assert state.paused is None
    apply(Update.PAUSE, request, state, NOW, POLICY)
    assert state.paused == request


def test_a_cancel_and_a_new_link() -> None:
    """Each does what it says, for somebody who was invited."""
    assert asked(Update.CANCEL).cancelled == ASK
    wished = asked(Update.RESEND)
    assert (wished.resend_wanted, wished.form_resends) == (True, [])
