"""A report by mail, as REST takes and tells it."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from api.admin.rest.models import RestModel
from api.admin.rest.request import Reason
from domain.mail.languages import LANGUAGES, known_language
from domain.reports.interval import read_hour, read_weekday
from domain.reports.recipients import MOST, read_recipients

DAILY = "daily"
_ID = Field(description="Its id.", examples=["3f2a0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"])
_WHY = Field(description="Why: it stays in the audit log.", examples=["for the steering group"])
_TO = Field(description=f"Who gets it, {MOST} at most.", examples=[["ada@contoso.com"]])


def _recipients(addresses: list[str]) -> list[str]:
    try:
        return list(read_recipients("\n".join(addresses)))
    except ValueError:
        # Without the address, as no error quotes a value.
        raise ValueError(f"name 1 to {MOST} mail addresses") from None


def _hour(text: str) -> str:
    return f"{read_hour(text):02}:00"


def _day(text: str) -> str:
    return text if text == DAILY else read_weekday(text)


def checked_language(text: str) -> str:
    """Return the language of ours that is meant.

    Raises:
        ValueError: it isn't one of ours.
    """
    known = known_language(text)
    if known is None:
        raise ValueError(f"is none of {', '.join(LANGUAGES)}")
    return known


Recipients = Annotated[list[str], AfterValidator(_recipients)]
Hour = Annotated[str, AfterValidator(_hour)]
Day = Annotated[str, AfterValidator(_day)]
Language = Annotated[str, AfterValidator(checked_language)]


class ReportModel(RestModel):
    """A report that comes again and again."""

    report_id: str = _ID
    interval: str = Field(
        description="When it comes: `daily` or a weekday, and the hour in `TIME_ZONE`.",
        examples=["Mon 07:00"],
    )
    recipients: list[str] = _TO
    language: str | None = Field(description="Its language; null: `DEFAULT_LANGUAGE`.")
    created_by: str = Field(description="Who added it.", examples=["Ada Lovelace"])
    created_by_id: str | None = Field(
        description="Their ObjectId; null: nobody has verified the name."
    )
    created_at: datetime = Field(description="When it was added.")
    last_sent_at: datetime | None = Field(description="When it was sent last.")


class ReportRunModel(RestModel):
    """One time that a report was sent."""

    at: datetime = Field(description="When.")
    mails: int = Field(description="To how many recipients.")
    sent: int = Field(description="How many of the mails have left.")
    failed: int = Field(description="How many don't leave any more, or may not have left.")
    outcomes: list[str] = Field(description="Why mails did not leave.", examples=[[]])


class OneReportModel(ReportModel):
    """A report, and what became of the last times that it was sent."""

    next_at: datetime = Field(description="When it comes next.")
    runs: list[ReportRunModel] = Field(description="The last times that it was sent.")


class ReportsModel(RestModel):
    """The reports, the oldest first."""

    reports: list[ReportModel] = Field(description="The reports.")


class WantedOnceModel(RestModel):
    """A report that is sent now, this once."""

    recipients: Recipients = _TO
    language: Language | None = Field(
        default=None, description="Its language; null: `DEFAULT_LANGUAGE`."
    )
    reason: Reason = _WHY


class WantedReportModel(WantedOnceModel):
    """A report that comes again and again."""

    at: Hour = Field(default="07:00", description="At which full hour, in `TIME_ZONE`.")
    on: Day = Field(
        default=DAILY,
        description="On which weekday, by its first three letters, or `daily`.",
        examples=["mon"],
    )


class ChangedReportModel(RestModel):
    """What is changed of a report; what is null stays."""

    recipients: Recipients | None = Field(
        default=None, description="Who gets it, in place of the others."
    )
    at: Hour | None = Field(default=None, description="At which full hour, in `TIME_ZONE`.")
    on: Day | None = Field(
        default=None, description="On which weekday, or `daily`.", examples=["fri"]
    )
    language: Language | None = Field(default=None, description="Its language.")
    reason: Reason = _WHY


class SendingModel(RestModel):
    """A report that is sent."""

    report_id: str = _ID
    recipients: list[str] = _TO


class RemovedReportModel(RestModel):
    """A report that is removed."""

    report_id: str = _ID
    removed: bool = Field(description="It comes no more.", examples=[True])
