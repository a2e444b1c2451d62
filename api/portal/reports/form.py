"""The form of a report: what it holds, and how it is read."""

from dataclasses import dataclass

from starlette.datastructures import FormData

from api.portal.access import reason_in
from domain.mail.languages import LANGUAGES
from domain.mail.send_window import WEEKDAYS
from domain.reports.interval import Interval
from domain.reports.recipients import read_recipients
from domain.reports.records import ReportSchedule

ONCE, DAILY = "once", "daily"
HOURS = tuple(f"{hour:02}:00" for hour in range(24))
_LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """A form as somebody filled it in; ``often`` is ``once``, ``daily`` or a weekday (``Mon``)."""

    recipients: str = ""
    often: str = "Mon"
    at: str = "07:00"
    language: str = ""
    reason: str = ""

    @property
    def interval(self) -> Interval | None:
        """How often the report comes; None for one that is sent now, this once."""
        if self.often == ONCE:
            return None
        weekday = self.often if self.often in WEEKDAYS else None
        return Interval(hour=HOURS.index(self.at), weekday=weekday)

    def read_recipients(self) -> tuple[str, ...]:
        """Return who gets it.

        Raises:
            ValueError: an address is wrong, or none is there.
        """
        return read_recipients(self.recipients)


def report_form(form: FormData) -> ReportForm:
    """Return what a form holds; a choice that isn't offered counts as the usual one."""
    usual = ReportForm()
    often, at = str(form.get("often", "")), str(form.get("at", ""))
    language = str(form.get("language", ""))
    return ReportForm(
        recipients=str(form.get("recipients", ""))[:_LONGEST],
        often=often if often in {ONCE, DAILY, *WEEKDAYS} else usual.often,
        at=at if at in HOURS else usual.at,
        language=language if language in LANGUAGES else "",
        reason=reason_in(form),
    )


def form_of(report: ReportSchedule) -> ReportForm:
    """Return the form as it would have been filled in for a report."""
    interval = report.interval
    return ReportForm(
        recipients="\n".join(report.recipients),
        often=ONCE if interval is None else interval.weekday or DAILY,
        at=ReportForm().at if interval is None else HOURS[interval.hour],
        language=report.language or "",
    )


def shown_of(report: ReportSchedule) -> str:
    """Return what a report's form showed, so that one that is sent late changes nothing newer."""
    filled = form_of(report)
    return f"{filled.often}\n{filled.at}\n{filled.language}\n{filled.recipients}"
