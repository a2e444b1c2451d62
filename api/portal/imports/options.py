"""The options of an import on the form of its preview: what is filled in, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData

from api.portal.access import reason_in
from api.portal.services import Portal
from domain.enrolment.messages import LONGEST_REASON
from domain.identifiers import BATCH_ID_PATTERN
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.options.read import (
    LARGEST_WAVE,
    MOST_WAVE_DAYS,
    ImportOptionsError,
    read_options,
)
from domain.imports.options.texts import OPTION_TEXTS
from domain.imports.reasons import FileFault
from domain.imports.texts import FILE_TEXTS
from domain.mail.send_hours import hours_text
from domain.mail.send_window import WEEKDAYS
from domain.portal.uploads import UploadOptions

BATCH_ID = "batch_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """What stands in the form, and a sentence for each field that is wrong."""

    batch_id: str
    include_cancelled: bool
    restart_active: bool
    written: Mapping[OptionName, str]
    reason: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, name: OptionName) -> list[str]:
        """Return which boxes of an option are ticked."""
        return self.written.get(name, "").split(",")


def filled_by(options: UploadOptions) -> FilledForm:
    """Return the form as it is filled by what is chosen already."""
    return FilledForm(
        batch_id=options.batch_id,
        include_cancelled=options.include_cancelled,
        restart_active=options.restart_active,
        written=options.own.written(),
        reason=options.reason,
    )


def read_form(
    portal: Portal, form: FormData, people: int
) -> tuple[FilledForm, UploadOptions | None]:
    """Return what somebody has filled in, and the options, None where something is wrong.

    ``people`` is how many the upload names.
    """
    # Boxes that are ticked have one name, and are a list with commas then.
    written = {name: ",".join(map(str, form.getlist(name))) for name in OptionName}
    batch_id = str(form.get(BATCH_ID, "")).strip()
    faults: dict[str, str] = {}
    own = ImportOptions()
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        faults[BATCH_ID] = FILE_TEXTS[FileFault.BAD_BATCH_ID]
    try:
        own = read_options(
            written,
            mailboxes=portal.config.sender_mailboxes,
            policy=portal.config.policy,
            pace=portal.config.pace,
            now=datetime.now(UTC),
            people=people,
        )
    except ImportOptionsError as error:
        told = error.faults.items()
        faults |= {name.value: f"{OPTION_TEXTS[name]} {fault}." for name, fault in told}
    filled = FilledForm(
        batch_id=batch_id,
        include_cancelled=form.get("include_cancelled") == "on",
        restart_active=form.get("restart_active") == "on",
        written=written,
        reason=reason_in(form),
        faults=faults,
    )
    if faults:
        return filled, None
    return filled, UploadOptions(
        batch_id=batch_id,
        include_cancelled=filled.include_cancelled,
        restart_active=filled.restart_active,
        own=own,
        reason=filled.reason,
    )


def form_values(portal: Portal, filled: FilledForm) -> dict[str, Any]:
    """Return what the form needs beside the upload."""
    window = portal.config.policy.window
    return {
        "filled": filled,
        "longest_reason": LONGEST_REASON,
        "Option": OptionName,
        "labels": OPTION_TEXTS,
        "largest_wave": LARGEST_WAVE,
        "most_wave_days": MOST_WAVE_DAYS,
        "usual_hours": hours_text(window),
        "usual_days": ", ".join(day for day in WEEKDAYS if day in window.days),
        "weekdays": [(day.casefold(), day) for day in WEEKDAYS],
        "mailboxes": portal.config.sender_mailboxes,
    }
