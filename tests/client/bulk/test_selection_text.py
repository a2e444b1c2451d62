"""Whom a request is for is said in words, by every filter that there is."""

from dataclasses import fields, replace
from typing import Any

import pytest

from client.bulk.selection_text import FILTER_NAMES, selection_lines
from client.bulk.start import Selection
from domain.status import InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.people import OtherEnd, PeopleFilter


def test_every_filter_has_a_name() -> None:
    """What a list can be filtered by can be told."""
    assert set(FILTER_NAMES) == {one.name for one in fields(PeopleFilter)}


@pytest.mark.wording
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, []),
        ({"has_ended": True}, ["Running or ended: Ended"]),
        ({"has_ended": False}, ["Running or ended: Running"]),
        ({"ended_as": OtherEnd.OTHERWISE}, ["Running or ended: Ended otherwise"]),
        ({"not_active": True}, ["Running or ended: Ended, not Active"]),
        ({"escalated": True}, ["Manager told: yes"]),
        ({"escalated": False}, ["Manager told: no"]),
        ({"no_department": True}, ["Without a department: yes"]),
        ({"registered_after": "reminder-2"}, ["Registered after: Reminder 2"]),
        ({"attention": AttentionKind.STUCK}, ["Needs attention: The next step is overdue"]),
        (
            {"status": InviteStatus.SENT, "department": "Sales"},
            ["Status: Sent", "Department: Sales"],
        ),
    ],
)
def test_a_filter_is_said_in_words(wanted: dict[str, Any], said: list[str]) -> None:
    """As it is kept with the request, no value is a program's."""
    selection = Selection(wanted=replace(PeopleFilter(), **wanted))
    assert selection_lines(selection.as_json()) == said


def test_people_who_are_named_are_counted() -> None:
    """Who they are stands in the report alone; a filter of an older program stays as it was."""
    assert selection_lines({"people": 3})[0].endswith(": 3")
    assert selection_lines({"floor": "2"}) == ["floor: 2"]
