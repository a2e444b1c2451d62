"""What an enrolment begins with, and what it says of itself."""

from dataclasses import MISSING, fields
from typing import get_type_hints

import pytest

from domain.enrolment.messages import AdminRequest
from domain.enrolment.state import EnrolmentResult, EnrolmentState
from domain.status import InviteStatus, RegistrationState
from tests.domain.enrolment.states import an_input


@pytest.mark.parametrize("made", [EnrolmentState, EnrolmentResult])
def test_what_has_not_happened_is_empty(made: type) -> None:
    """Whatever may be None is None, flags are off, counts 0, collections and texts empty."""
    types = get_type_hints(made)
    for one in fields(made):
        if one.default_factory is not MISSING:
            assert not one.default_factory(), one.name
        elif one.default is not MISSING and not isinstance(
            one.default, InviteStatus | RegistrationState
        ):
            may_be_none = type(None) in getattr(types[one.name], "__args__", ())
            assert (one.default is None) is may_be_none, one.name
            assert not one.default, one.name


def test_everybody_begins_as_pending_and_not_registered() -> None:
    """Status and registration are the seed's first ones."""
    state = EnrolmentState()
    assert state.status is InviteStatus.PENDING
    assert state.registration is RegistrationState.NOT_REGISTERED
    assert not state.registered
    assert EnrolmentState(registration=RegistrationState.REGISTERED).registered


def test_an_enrolment_is_started_without_slot_and_state() -> None:
    """The first of the configured mailboxes sends, unless another is named."""
    started = an_input()
    assert (started.invite_not_before, started.sender, started.state) == (None, 0, None)


@pytest.mark.parametrize(
    "state",
    [
        EnrolmentState(cancelled=AdminRequest(actor="a", reason="r")),
        EnrolmentState(gone=True),
        EnrolmentState(disabled_too_long=True),
    ],
)
def test_an_end_without_success_voids_all_links(state: EnrolmentState) -> None:
    """Cancelled, gone or disabled for too long; a disabled account alone is no end."""
    assert state.links_void
    assert not EnrolmentState().links_void


def test_reminders_and_follow_ups_are_nudges() -> None:
    """Both count, over the enrolment's life."""
    assert EnrolmentState(reminders_sent=2, follow_ups_sent=3).nudges_sent == 5
