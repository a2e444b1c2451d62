"""A mail that has left changes an enrolment in one way, whoever applies it."""

import copy

import pytest

from domain.enrolment.mail.delivery import EVENTS_OF_A_MAIL, mail_left
from domain.enrolment.policy import Policy
from domain.enrolment.problems import problem_met
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.person import Person
from domain.status import Concern, MailKind
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import START

ADA = Person(object_id="a", user_principal_name="ada@contoso.example", display_name="Ada")


def _left(state: EnrolmentState, *, events_from: int | None, **more: object) -> EnrolmentState:
    told = {"kind": MailKind.INVITATION, "person": None, "manager_upn": None} | more
    mail_left(state, at=START, policy=Policy(), key="key", events_from=events_from, **told)  # type: ignore[arg-type]
    return state


def test_what_is_told_of_it_has_the_numbers_that_were_left_free() -> None:
    """What happened meanwhile was told with later numbers, and what follows has later ones yet."""
    state = EnrolmentState(run_id="run", story_number=3)
    state.story_number += EVENTS_OF_A_MAIL
    tell(state, StoryKind.OPENED, START)
    _left(state, events_from=3)
    tell(state, StoryKind.CLICKED, START)
    told = [(event.kind, event.number) for event in state.story]
    assert told == [(StoryKind.OPENED, 9), (StoryKind.INVITED, 4), (StoryKind.CLICKED, 10)]


def test_without_free_numbers_it_is_told_last() -> None:
    """As when the row wasn't as it should be, and only the mirror writes it."""
    state = _left(EnrolmentState(run_id="run", story_number=3), events_from=None)
    assert [event.number for event in state.story] == [4]
    # One is left free for a problem that the mail solves.
    assert state.story_number == 5


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("unconfirmed", [True, False])
def test_no_mail_tells_more_than_the_numbers_that_are_left_free(
    kind: MailKind, unconfirmed: bool
) -> None:
    """Also not one by which everything works again that didn't."""
    for concern in Concern:
        state = EnrolmentState(run_id="run", excluded=True, resend_wanted=True)
        problem_met(state, concern, "It is wrong.", START)
        before = state.story_number
        _left(state, events_from=before, kind=kind, unconfirmed=unconfirmed)
        assert before < state.story_number <= before + EVENTS_OF_A_MAIL == before + 5


def test_whom_the_directory_described_and_who_was_told_is_kept() -> None:
    """What was not asked stays as it was known."""
    state = EnrolmentState(run_id="run")
    _left(state, events_from=None, person=ADA, manager_upn="boss@contoso.example")
    known = copy.deepcopy(state)
    assert (known.person, known.manager_upn) == (ADA, "boss@contoso.example")
    _left(state, events_from=None)
    assert (state.person, state.manager_upn) == (known.person, known.manager_upn)
