"""No data breaks an enrolment: whatever a row, a signal or the directory holds, it goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment import transitions
from domain.enrolment.decisions import Wait, next_action
from domain.enrolment.due_dates import form_resend_allowed
from domain.enrolment.mail import bounces, resends
from domain.enrolment.mail.send_times import LookUpSendTime, send_time_found
from domain.enrolment.messages import AdminRequest, LinkClicked, MailBounced, ResendAddress
from domain.enrolment.policy import Policy
from domain.enrolment.problems import LONGEST_VALUE, problem_met
from domain.enrolment.state import EnrolmentState
from domain.instants import bounded, in_utc
from domain.mail.content import Withheld
from domain.mail.returned.status_codes import BounceClass
from domain.mail.send_window import share_of
from domain.person import Person
from domain.plain_text import LONGEST, encodable
from domain.registration.methods import classify, next_poll_in
from domain.status import Concern, InviteStatus, MailKind
from domain.tracking_list.adoption import adopt, begin
from domain.tracking_list.columns import changed, item_fields
from domain.tracking_list.problem_column import with_sentence
from domain.tracking_list.reconciliation import differing
from domain.tracking_list.row import display_name_in, enrolment_of_row, object_id_in
from domain.wording.markdown import SUMMARY_BYTES, summary_of
from temporal.search_attributes import ALL, search_attributes
from tests.domain.edge_values import anything, durations, instants, texts
from tests.domain.enrolment.states import (
    ADMIN,
    DAY,
    IN_A_WINDOW,
    OBJECT_ID,
    POLICY,
    START,
    an_input,
    pending,
)
from tests.support.enrolments import COMPLETIONS
from workflows.enrolment.details import details, result

NOW = START + 52 * DAY
COLUMNS = [*item_fields(an_input(), pending()), "Notes"]
# What an enrolment keeps for ever must stay small, and what the server takes is limited.
MOST_BYTES = 20_000


rows = st.dictionaries(st.sampled_from(COLUMNS), anything)
CHANGES: list[Callable[[EnrolmentState, datetime], object]] = [
    lambda state, at: transitions.link_clicked(state, at, POLICY),
    transitions.email_opened,
    lambda state, at: resends.resend_asked(state, at, POLICY, from_form=True),
    lambda state, at: resends.resend_asked(state, at, POLICY, from_form=False),
    lambda state, at: transitions.added_to_group(state, at, by_us=True),
    lambda state, at: transitions.kept_out_of_group(state, at, POLICY),
    transitions.registration_seen,
    transitions.disabled,
    transitions.enabled,
    transitions.disabled_too_long,
    transitions.gone,
    lambda state, at: transitions.cancelled(state, ADMIN, at),
    *(
        lambda state, at, kind=kind: transitions.mail_sent(state, kind, at, POLICY)
        for kind in MailKind
    ),
    *(
        lambda state, at, reason=reason: transitions.mail_withheld(state, reason, at, POLICY)
        for reason in Withheld
    ),
    *(
        lambda state, at, kind=kind, means=means: bounces.mail_bounced(
            state,
            MailBounced(
                event_id="1",
                at=at,
                kind=kind,
                run_id="",
                number=10**30,
                code="5" * 999,
                bounce_class=means,
            ),
            POLICY,
            "",
            at,
        )
        for kind in MailKind
        for means in BounceClass
    ),
]
changes = st.lists(st.tuples(st.sampled_from(CHANGES), instants.map(in_utc)), max_size=8)


def adopted(row: dict[str, Any]) -> EnrolmentState:
    """Begin with a row, as intake and the workflow do."""
    state = pending()
    adopt(state, row, POLICY, now=NOW, in_group=False)
    begin(state, EnrolmentState(), NOW, registered=False)
    return state


def looked_at(state: EnrolmentState, now: datetime) -> None:
    """Do all that an enrolment does with its state."""
    mine = an_input()
    next_action(state, POLICY, now)
    next_action(state, POLICY, now, invite_not_before=now)
    fields = item_fields(mine, state)
    changed(fields, {})
    fields = with_sentence(fields)
    assert all(len(value) <= LONGEST for value in fields.values() if isinstance(value, str))
    assert len(details(state, "news").encode()) < MOST_BYTES
    for outcome in COMPLETIONS:
        result(state, outcome)
    pairs = list(search_attributes(mine, state))
    assert {pair.key.name for pair in pairs} <= {key.name for key in ALL}
    assert all(len(p.value) <= LONGEST for p in pairs if isinstance(p.value, str))


@given(rows)
def test_any_row_begins_an_enrolment(row: dict[str, Any]) -> None:
    """Whatever people and older systems have left on the list, there is something to do."""
    state = adopted(row)
    looked_at(state, NOW)
    assert state.status is not InviteStatus.ACTIVE
    action = next_action(state, POLICY, NOW)
    # A row can put off nothing by more than what the policy says.
    if isinstance(action, Wait) and action.until is not None:
        assert action.until <= NOW + 8 * DAY


@given(rows, changes, instants.map(in_utc))
def test_no_time_breaks_an_enrolment(
    row: dict[str, Any],
    changes: list[tuple[Callable[[EnrolmentState, datetime], object], datetime]],
    now: datetime,
) -> None:
    """Whatever happens whenever, also at times that can't be, nothing overflows."""
    state = adopted(row)
    for change, at in changes:
        change(state, at)
        looked_at(state, now)
        form_resend_allowed(state, POLICY, now)


@given(rows, changes, instants.map(in_utc), instants.map(in_utc))
def test_no_time_breaks_an_enrolment_with_a_window(
    row: dict[str, Any],
    changes: list[tuple[Callable[[EnrolmentState, datetime], object], datetime]],
    now: datetime,
    answer: datetime,
) -> None:
    """The window isn't computed with, and any answer of a worker will do."""
    state = adopted(row)
    for change, at in changes:
        change(state, at)
        for _ in range(4):
            action = next_action(state, IN_A_WINDOW, now)
            if isinstance(action, LookUpSendTime):
                send_time_found(state, action, answer)


@given(rows, texts)
def test_any_row_starts_an_enrolment(row: dict[str, Any], id: str) -> None:
    """A click on an older link, with whatever the row says, makes an input of bounded size."""
    started = enrolment_of_row(id, row, event_id="1", policy=POLICY, senders=3)
    assert 0 <= started.sender < 3
    texts = (started.user_principal_name, started.batch_id, started.correlation_id)
    assert all(len(text) <= LONGEST for text in texts)
    search_attributes(started, EnrolmentState())
    object_id_in(row)
    display_name_in(row)
    differing(row, {"Title": "a"}, COLUMNS)


@given(texts, texts, instants)
def test_any_signal_is_bounded(id: str, reason: str, at: datetime) -> None:
    """Ids, reasons and times of whoever may signal."""
    event = LinkClicked(event_id=id, at=at)
    state = pending()
    assert transitions.first_seen(state, event.event_id)
    assert not transitions.first_seen(state, event.event_id)
    assert state.clicked_at is None
    transitions.link_clicked(state, bounded(event.at, NOW), POLICY)
    assert state.clicked_at is not None
    assert state.clicked_at <= NOW
    request = AdminRequest(actor=reason, reason=reason)
    transitions.cancelled(state, request, NOW)
    state.paused = request
    looked_at(state, NOW)
    wish = ResendAddress(event_id=id, at=at, sealed_address="", network=reason)
    assert len(wish.network or "") <= 100


def test_a_hundred_long_ids_are_small() -> None:
    """Whoever hammers an enrolment with signals makes its state no larger than this."""
    state = pending()
    for number in range(300):
        event = LinkClicked(event_id=f"{number}" + "\N{PARTY POPPER}" * 10_000, at=NOW)
        transitions.first_seen(state, event.event_id)
    assert len(json.dumps(state.seen_events, ensure_ascii=False).encode()) < 2 * MOST_BYTES


@given(texts, texts, st.none() | texts)
def test_any_person_of_the_directory_fits(name: str, upn: str, more: str | None) -> None:
    """Names of a megabyte, with NUL or half characters, in columns, attributes and summaries."""
    person = Person(
        object_id=OBJECT_ID,
        user_principal_name=upn,
        display_name=name,
        mail=more,
        department=more,
        language=more,
    )
    for text in (person.user_principal_name, person.display_name, person.department or ""):
        assert len(text) <= LONGEST
        assert encodable(text) == text
        assert "\0" not in text
    state = pending()
    bounces.person_read(state, person, NOW)
    looked_at(state, NOW)
    assert replace(person) == person
    assert len(json.dumps(summary_of(f"{name} ({upn})"), ensure_ascii=False).encode()) <= 400


def test_a_summary_is_cut_only_where_it_must_be() -> None:
    """A short one is whole; a long one ends with an ellipsis and fills what Temporal takes."""
    assert summary_of("Ada (ada@contoso.example)") == r"Ada \(ada@contoso\.example\)"
    long = summary_of("é" * 300)
    assert long.endswith("…")
    assert SUMMARY_BYTES - 4 < len(json.dumps(long, ensure_ascii=False).encode()) <= SUMMARY_BYTES


@given(st.lists(texts))
def test_any_types_of_method_are_classified(names: list[str]) -> None:
    """Of unknown ones a few are named, shortly."""
    seen = classify(names)
    assert sum(map(len, seen.unknown)) <= 500
    assert not seen.registered


@given(instants.map(in_utc), instants.map(in_utc))
def test_the_next_look_never_overflows(now: datetime, clicked_at: datetime) -> None:
    """Whatever was said of the latest click, the next look comes within the interval."""
    wait = next_poll_in(now, clicked_at=clicked_at, policy=POLICY, chance=0.5)
    assert wait > timedelta(0)


@given(durations)
def test_a_policy_holds_no_duration_beyond_ten_years(duration: timedelta) -> None:
    """Longer ones are refused before anybody is enrolled with them."""
    try:
        policy = Policy(reminder_interval=duration)
    except ValueError:
        assert not timedelta(0) < duration <= 3650 * DAY
    else:
        state = pending()
        transitions.mail_sent(state, MailKind.INVITATION, NOW, policy)
        next_action(state, policy, NOW)


@given(texts)
def test_everybody_has_a_share(object_id: str) -> None:
    """An id that is none has one, too."""
    assert 0 <= share_of(object_id) < 1


def test_a_problem_is_cut() -> None:
    """Somebody else's error of a megabyte is remembered as its beginning, and as one problem."""
    state = pending()
    problem_met(state, Concern.MAIL, "x" * 1_000_000, NOW)
    first = state.problem
    assert first is not None
    assert len(first.values["message"]) == LONGEST_VALUE
    problem_met(state, Concern.MAIL, "x" * 1_000_000, NOW + DAY)
    assert state.problem is first
