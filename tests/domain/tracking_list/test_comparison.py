"""One item of the list beside what was written to it."""

import pytest

from domain.tracking_list.comparison import ComparedColumn, Verdict, compared
from domain.tracking_list.reconciliation import differing


@pytest.mark.parametrize(
    ("on_list", "written", "is_same"),
    [
        (None, False, True),
        (None, True, False),
        (True, False, False),
        (3.0, 3, True),
        (3.5, 3, False),
        ("2026-11-27T12:33:37.000Z", "2026-11-27T12:33:37Z", True),
        ("2026-11-27T13:33:37+01:00", "2026-11-27T12:33:37Z", True),
        ("2026-11-27T12:33:38Z", "2026-11-27T12:33:37Z", False),
        (None, "2026-11-27T12:33:37Z", False),
        ("Sent", "sent", False),
    ],
)
def test_the_form_in_which_a_list_tells_a_value_is_no_difference(
    on_list: object, written: str | int | None, is_same: bool
) -> None:
    """A list that tells all its dates in another form isn't one in which all rows are wrong."""
    differs = differing({"X": on_list}, {"X": written}, ["X"])
    assert differs == (() if is_same else ("X",))


def test_columns_are_compared_as_the_daily_comparison_does() -> None:
    """What differs comes first; an empty text is nothing, and a column may be missing."""
    item = {
        "InviteStatus": "Sent",
        "Department": "",
        "ReminderCount": 2.0,
        "Own": "x",
        "LastChecked": "2026-11-27T12:33:37Z",
    }
    written = {
        "InviteStatus": "Sent",
        "Department": None,
        "ReminderCount": 3,
        "ManagerUPN": "petra@contoso.com",
        "LastChecked": None,
        "EscalationDate": None,
    }
    columns = {"InviteStatus", "Department", "ReminderCount", "LastChecked", "EscalationDate"}
    found = compared(item, written, columns)
    assert [(one.name, one.verdict) for one in found] == [
        ("ReminderCount", Verdict.DIFFERS),
        ("ManagerUPN", Verdict.NO_COLUMN),
        ("InviteStatus", Verdict.SAME),
        ("Department", Verdict.SAME),
        ("LastChecked", Verdict.NOT_COMPARED),
        ("EscalationDate", Verdict.SAME),
    ]
    assert found[0] == ComparedColumn(
        name="ReminderCount", on_list=2.0, written=3, verdict=Verdict.DIFFERS
    )
