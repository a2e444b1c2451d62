"""Columns that somebody has changed: which aren't compared, and what is written again after."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from simulated_tenant.sharepoint.columns import Column
from tests.activities.tracking_list.reconciling import Reconciling

DATES = {"InviteSentDate": "2026-07-20T10:15:00Z", "LastReminderDate": "2026-07-27T23:30:00Z"}


async def with_columns(both: Reconciling, **columns: Any) -> list[str]:
    """Put twelve people on both sides, with these columns in their rows; return their ids."""
    people = [str(uuid4()) for _ in range(12)]
    rows = [both.row(one, both.on_list(one, **columns)) for one in people]
    await both.in_tables([replace(one, written={**one.written, **columns}) for one in rows])
    return people


def column(both: Reconciling, name: str) -> Column:
    """Return a column of the list."""
    found = both.stage.rows.column(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "values", "other"),
    [
        ("InviteSentDate", DATES, {"format": "dateOnly"}),
        ("Department", {"Department": "R&D"}, {"allowMultipleLines": True, "textType": "richText"}),
    ],
    ids=["date only", "rich text"],
)
async def test_a_column_that_keeps_something_else_is_named_and_not_written_each_day(
    both: Reconciling, name: str, values: dict[str, str], other: dict[str, Any]
) -> None:
    """No write could put it right, and no rebuild: an admin has to change the column."""
    column(both, name).facet.update(other)
    people = await with_columns(both, **values)
    handle = await both.running(people[0])

    report = await both.look()

    assert (report.not_kept, report.rebuild) == ((name,), False)
    assert (report.different, report.emptied, report.put_right) == (0, 0, 0)
    assert await both.asked(handle) == []


async def test_a_column_in_which_each_value_is_to_be_unique_is_not_compared(
    both: Reconciling,
) -> None:
    """The list refuses most of what would be written; it is refused once, and not each day."""
    people = [str(uuid4()) for _ in range(12)]
    rows = [both.row(one, both.on_list(one)) for one in people]
    sales = {"Department": "Sales"}
    await both.in_tables([replace(one, written={**one.written, **sales}) for one in rows])
    column(both, "Department").enforce_unique_values = True

    report = await both.look()

    assert (report.not_kept, report.put_right, report.rebuild) == (("Department",), 0, False)


async def test_what_a_column_of_days_has_lost_is_written_again(both: Reconciling) -> None:
    """Once it has a time of day again, however many rows there are; an edit by hand is none."""
    dates = [column(both, name) for name in DATES]
    for one in dates:
        one.facet["format"] = "dateOnly"
    people = await with_columns(both, **DATES)
    for one in dates:
        one.facet["format"] = "dateTime"
    handle = await both.running(people[0])

    report = await both.look()

    assert (report.emptied, report.different, report.rebuild) == (12, 0, False)
    assert report.put_right == 12
    assert await both.asked(handle) == [tuple(DATES)]


async def test_a_column_that_was_made_anew_is_filled_again(both: Reconciling) -> None:
    """Nothing stands there that could be lost; links of an older system are known still."""
    people = await with_columns(both, Department="Sales")
    token = str(uuid4())
    both.stage.row(Title="old@contoso.example", TrackingToken=token)
    assert (await both.look()).put_right == 0
    for item in both.stage.rows.items():
        for name in ("Department", "TrackingToken"):
            item.fields.pop(name, None)
    handle = await both.running(people[0])

    report = await both.look()

    assert (report.emptied, report.rebuild, report.put_right) == (12, False, 12)
    assert await both.asked(handle) == [("TrackingToken", "Department")]
    assert await both.tokens() == {token}


async def test_a_list_without_a_column_of_tokens_takes_no_older_link_away(
    both: Reconciling,
) -> None:
    """Until the column is there again nobody can say which links are gone."""
    await both.on_both(3)
    token = str(uuid4())
    item = both.stage.row(Title="old@contoso.example", TrackingToken=token)
    assert not (await both.look()).rebuild
    item.fields.pop("TrackingToken")
    both.stage.rows.definition.columns.remove(column(both, "TrackingToken"))

    assert not (await both.look()).rebuild

    assert await both.tokens() == {token}
