"""What an upload asks for, and the report of an import that runs, as OpenAPI has them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field, create_model

from api.admin.rest.models import RestModel, body_of
from domain.enrolment.messages import LONGEST_REASON
from domain.imports.options.read import LARGEST_WAVE, MOST_WAVE_DAYS
from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.imports.texts import COUNT_TEXTS

# Told as rows, not as a number.
_LISTED = {Count.REJECTED, Count.REPEATED, Count.LAPSED}


class BatchState(StrEnum):
    """How far an import has come."""

    RUNNING = "running"
    WAITING = "waiting"
    ENDED = "ended"
    FAILED = "failed"


class ReportedRowModel(RestModel):
    """A row that an admin should look at."""

    line: int = Field(description="The line of the file.")
    code: RowReason = Field(description="Why, for programs.")
    reason: str = Field(
        description="Why, in a sentence.", examples=["The directory knows nobody of this name."]
    )
    candidates: list[str] = Field(
        description="Who may have been meant.", examples=[["ada@contoso.com"]]
    )


class ImportOptionsModel(RestModel):
    """What an import names in place of the settings."""

    wave_size: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_WAVE,
        description="People in a wave; null: as `WAVE_SIZE` says.",
        examples=[500],
    )
    wave_days: int | None = Field(
        default=None,
        ge=1,
        le=MOST_WAVE_DAYS,
        description="Days from one wave to the next; null: as `WAVE_INTERVAL` says.",
        examples=[7],
    )
    send_window: str | None = Field(
        default=None,
        description="Hours in which these people are mailed; null: as `SEND_WINDOW` says. "
        "`00:00-24:00`, with all `sendDays`, is at any time.",
        examples=["08:00-18:00"],
    )
    send_days: list[str] | None = Field(
        default=None,
        description="Weekdays on which they are mailed; null: as `SEND_DAYS` says.",
        examples=[["mon", "tue", "wed"]],
    )
    sender_mailboxes: list[str] | None = Field(
        default=None,
        description="Those of `SENDER_MAILBOXES` that mail them; null: all.",
        examples=[["mfa@contoso.com"]],
    )


class HeldOptionsModel(ImportOptionsModel):
    """All that is chosen for an import."""

    include_cancelled: bool = Field(default=False, description="Cancelled people start again.")
    restart_active: bool = Field(
        default=False, description="People start again who were active and have no method."
    )


class _BatchReport(RestModel):
    """All that is known of an import or a dry run: how far it is, counts, rows with reasons."""

    batch_id: str = Field(description="The batch.", examples=["wave-1"])
    dry_run: bool = Field(description="Whether nobody is started.")
    state: BatchState = Field(description="How far it has come.")
    rows: int = Field(description="Rows of the file that name somebody.")
    rows_done: int = Field(description="Rows that have been looked at.")
    rejected: list[ReportedRowModel] = Field(description="Rows that can't be used.")
    repeated: list[ReportedRowModel] = Field(description="Rows that name somebody again.")
    lapsed: list[ReportedRowModel] | None = Field(
        default=None, description="Of an import: people who were active and have no method now."
    )
    remarks: list[ReportedRowModel] | None = Field(
        default=None, description="Of a dry run: rows that are imported, but worth a look."
    )
    last_invitation_at: datetime | None = Field(description="When the last invitation is due.")
    trouble: str | None = Field(description="What an admin has to do before it goes on.")
    next_attempt_at: datetime | None = Field(description="When it is tried again.")
    failures: list[str] = Field(description="Why parts of it failed.", examples=[[]])
    options: HeldOptionsModel = Field(
        description="What it names in place of the settings, and whom it starts again. "
        "An import that joins one that runs doesn't change it."
    )


_COUNTS: dict[str, Any] = {
    count.value: (int | None, Field(default=None, description=f"{COUNT_TEXTS[count]}."))
    for count in Count
    if count not in _LISTED
}
BatchReportModel = create_model(
    "BatchReportModel", __base__=_BatchReport, __doc__=_BatchReport.__doc__, **_COUNTS
)
"""The report with every count that there is."""


class _UploadModel(ImportOptionsModel):
    """What both kinds of upload have in common."""

    model_config = ConfigDict(extra="ignore")

    batch_id: str | None = Field(default=None, description="Name of the batch; default: now.")
    dry_run: bool = Field(default=False, description="Only say what would happen.")
    include_cancelled: bool = Field(default=False, description="Start cancelled people again.")
    restart_active: bool = Field(
        default=False, description="Start people again who were active and have no method any more."
    )
    reason: str | None = Field(
        default=None,
        max_length=LONGEST_REASON,
        description="Why: it stays in the audit log, beside the batch.",
        examples=["first wave of Finance"],
    )


class FileModel(_UploadModel):
    """A file of people."""

    csv: str = Field(
        description="The file's text: a column UPN, UserPrincipalName or Email.",
        examples=["UPN\nada@contoso.com\n"],
    )
    file_name: str | None = Field(default=None, description="What the file is called.")


class NamesModel(_UploadModel):
    """People who are entered by hand."""

    users: list[str] = Field(description="Their UPNs.", examples=[["ada@contoso.com"]])


def file_body() -> dict[str, Any]:
    """Return what the OpenAPI document says of an upload: JSON, or a form with a file."""
    described = body_of(FileModel)
    described["requestBody"]["content"]["multipart/form-data"] = {
        "schema": {
            "type": "object",
            "description": "The same fields, and a file in place of `csv`.",
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": "CSV or .xlsx.",
                }
            },
            "required": ["file"],
        }
    }
    return described
