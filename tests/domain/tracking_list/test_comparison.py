"""One item of the list beside what was written to it."""

from domain.tracking_list.comparison import ComparedColumn, Verdict, compared


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
