"""Reports: everybody is counted once, and parts add up to the whole."""

from dataclasses import fields

import pytest

from domain.imports.reasons import RowReason
from domain.imports.report import (
    Count,
    DryRunReport,
    Forecast,
    ImportReport,
    PersonResult,
    StartOutcome,
)
from domain.imports.rows import ReportedRow, repeated_row

ROW = ReportedRow(line=3, reason=RowReason.UNKNOWN)


@pytest.mark.parametrize("outcome", StartOutcome)
def test_each_outcome_is_counted_once(outcome: StartOutcome) -> None:
    """A person shows up under the count of the same name, and under no other."""
    report = ImportReport()
    report.count(PersonResult(line=2, outcome=outcome))
    told = {name for name, number in report.counts().items() if number}
    assert told == {Count(outcome.value)}


def test_a_dry_run_starts_nobody() -> None:
    """Whoever would be started is resolved, and is to be invited unless something is in the way."""
    report = ImportReport.empty(dry_run=True)
    remarks = ((), (RowReason.NO_MANAGER,), (RowReason.NO_MAIL,), (RowReason.DISABLED,))
    for line, remark in enumerate(remarks, start=2):
        forecast = Forecast(registered=False, remarks=remark)
        report.count(PersonResult(line=line, outcome=StartOutcome.STARTED, forecast=forecast))
    assert report.started == 0
    assert report.dry_run == DryRunReport(
        resolved=4,
        to_invite=2,
        remarks=[
            ReportedRow(line=line, reason=remark[0])
            for line, remark in enumerate(remarks, start=2)
            if remark
        ],
    )
    assert Count.STARTED not in report.counts()


@pytest.mark.parametrize(
    ("registered", "counts"),
    [(True, (1, 0, 0)), (False, (0, 0, 1)), (None, (0, 1, 1))],
)
def test_registered_people_need_no_invitation(
    *, registered: bool | None, counts: tuple[int, int, int]
) -> None:
    """People whose registration nobody looked at are invited, and told apart."""
    report = DryRunReport()
    forecast = Forecast(registered=registered)
    report.count(PersonResult(line=2, outcome=StartOutcome.STARTED, forecast=forecast))
    assert (report.registered, report.registration_unread, report.to_invite) == counts


def test_no_field_is_left_out_when_parts_are_added() -> None:
    """The sum of two full reports holds twice of everything."""
    whole = _full()
    whole.add(_full())
    parts = [(whole, _full()), (whole.dry_run, _full().dry_run)]
    for total, part in parts:
        for one in fields(part):  # type: ignore[arg-type]
            value = getattr(part, one.name)
            assert value
            if not isinstance(value, DryRunReport):
                assert getattr(total, one.name) == value + value


def test_a_whole_of_dry_runs_is_a_dry_run() -> None:
    """It is told by its parts, and they stay as they were."""
    part, whole = ImportReport.empty(dry_run=True), ImportReport()
    whole.add(part)
    whole.add(part)
    assert whole.dry_run == DryRunReport()
    assert whole.dry_run is not part.dry_run


def test_rows_come_in_the_order_of_their_lines() -> None:
    """However they were found."""
    rows = [ReportedRow(line=line, reason=RowReason.NO_MAIL) for line in (9, 2, 5)]
    report = ImportReport(
        rejected=[*rows],
        repeated=[*rows],
        lapsed=[*rows],
        dry_run=DryRunReport(remarks=[*rows]),
    ).in_order()
    assert report.dry_run is not None
    for told in (report.rejected, report.repeated, report.lapsed, report.dry_run.remarks):
        assert [row.line for row in told] == [2, 5, 9]


def _full() -> ImportReport:
    return ImportReport(
        rows_done=1,
        started=2,
        already_enrolled=3,
        already_finished=4,
        already_active=5,
        cancelled=6,
        rejected=[ROW],
        repeated=[repeated_row(4, first_line=3)],
        lapsed=[ReportedRow(line=5, reason=RowReason.LAPSED)],
        dry_run=DryRunReport(
            resolved=7, to_invite=8, registered=9, registration_unread=10, remarks=[ROW]
        ),
    )
