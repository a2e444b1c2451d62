"""Every sentence and label that people read about an import, by its code. Nothing else reads them.

A sentence may hold ``{detail}``, or the values that ``ImportFileError`` was raised with.
"""

from collections.abc import Mapping

from domain.imports.reasons import FileFault, RowReason
from domain.imports.report import Count
from domain.imports.rows import ReportedRow
from domain.tables.imports import ImportRow, ImportState, RowOutcome

ROW_TEXTS: Mapping[RowReason, str] = {
    RowReason.NO_ADDRESS: "No UPN or address in this row.",
    RowReason.EXAMPLE_ROW: "The template's example row.",
    RowReason.NAME_AND_ADDRESS: (
        "A name and an address: write the address alone, without < and >."
    ),
    RowReason.SEVERAL_ADDRESSES: "More than one address in one cell: write a row for each.",
    RowReason.NOT_AN_ADDRESS: "Not a user principal name or mail address: {detail}",
    RowReason.BROKEN_QUOTING: (
        "Broken quoting: a quote is opened in this row and not closed as it should be."
    ),
    RowReason.CELL_TOO_LONG: "A cell is longer than {detail} characters.",
    RowReason.SHIFTED_CELLS: (
        "Fewer cells than the other rows, so it is unclear which address is the person's."
    ),
    RowReason.REPEATED: "The same person as in line {detail}.",
    RowReason.UNKNOWN: (
        "Not found in the directory: check the spelling, or whether the person has left."
    ),
    RowReason.GUEST: "A guest: guests are not enrolled.",
    RowReason.EXCLUDED: "Excluded from the rollout.",
    RowReason.ERASED: "Erased after this import was asked for: another import may enrol them.",
    RowReason.REFUSED_BY_DIRECTORY: "{detail}",
    RowReason.LAPSED: (
        "Active, but without a method now: import with --restart-active to start over."
    ),
    RowReason.DISABLED: "The account is disabled: no mail until it is enabled.",
    RowReason.NO_MAIL: "No mail address: enter one in the directory, or nothing can be sent.",
    RowReason.NO_MANAGER: "No manager in the directory: nobody is told after two reminders.",
}

DID_YOU_MEAN = " Did you mean {names}?"

FILE_TEXTS: Mapping[FileFault, str] = {
    FileFault.UNREADABLE: "{file} can't be read: {error}.",
    FileFault.TOO_LARGE: "The file is larger than {mebibytes} MiB: cut it into several.",
    FileFault.TOO_MANY_ROWS: "More than {limit:,} rows: cut the file into several.",
    FileFault.TOO_MANY_COLUMNS: (
        "A row has more than {limit:,} columns: keep the columns of addresses alone."
    ),
    FileFault.EMPTY: "The file is empty: it needs a header ({headers}) and a row per person.",
    FileFault.NOT_TEXT: "The file is not text: save it as CSV (UTF-8) and try again.",
    FileFault.WEB_PAGE: (
        "The file is a web page (HTML) under another name: open it in a spreadsheet and save it "
        "as CSV (UTF-8)."
    ),
    FileFault.OLD_WORKBOOK: "The file is an old workbook (.xls): save it as .xlsx or CSV (UTF-8).",
    FileFault.BROKEN_WORKBOOK: (
        "The workbook can't be read: open it in a spreadsheet and save it as CSV (UTF-8)."
    ),
    FileFault.LARGE_SHEET: (
        "The sheet holds more than {mebibytes} MiB of text: keep the columns of addresses alone, "
        "or cut it into several files."
    ),
    FileFault.NO_HEADER: (
        "No column could be recognised as naming the people. The first line says: {found}. Name "
        "the column {headers} or {last_header}."
    ),
    FileFault.UNKNOWN_GROUP: 'The directory has no group "{name}".{candidates}',
    FileFault.AMBIGUOUS_GROUP: (
        'The directory has {number} groups "{name}". Give the ObjectId of one of them instead of '
        "the name: {groups}."
    ),
    FileFault.EMPTY_GROUP: (
        'The group "{name}" has no members, neither directly nor through nested groups.'
    ),
    FileFault.HIDDEN_GROUP: (
        'The group "{name}" hides its members (HiddenMembership). Import another group or a file, '
        "or grant Member.Read.Hidden with admin consent."
    ),
    FileFault.BAD_BATCH_ID: "A batch id has 1 to 64 letters, digits, dots, dashes, underscores.",
}

STATES: Mapping[ImportState, str] = {
    ImportState.RUNNING: "running",
    ImportState.WAITING: "waiting for an admin",
    ImportState.DONE: "done",
    ImportState.CANCELLED: "cancelled",
    ImportState.FAILED: "failed",
}

OUTCOMES: Mapping[RowOutcome, str] = {
    RowOutcome.STARTED: "started",
    RowOutcome.ALREADY_ENROLLED: "already enrolled",
    RowOutcome.ALREADY_FINISHED: "already finished",
    RowOutcome.ALREADY_ACTIVE: "already active",
    RowOutcome.CANCELLED: "cancelled",
    RowOutcome.REJECTED: "rejected",
    RowOutcome.UNKNOWN: "unknown",
    RowOutcome.REPEATED: "repeated",
    RowOutcome.LAPSED: "lapsed",
}

COUNT_TEXTS: Mapping[Count, str] = {
    Count.STARTED: "Started",
    Count.RESOLVED: "Found in the directory",
    Count.TO_INVITE: "To be invited",
    Count.ALREADY_ENROLLED: "Already enrolled",
    Count.ALREADY_FINISHED: "Already finished",
    Count.ALREADY_ACTIVE: "Already active",
    Count.LAPSED: "Active, but without a method now",
    Count.CANCELLED: "Cancelled earlier, left alone",
    Count.REGISTERED: "Registered already",
    Count.REGISTRATION_UNREAD: "Registration not checked",
    Count.DISABLED: "Disabled",
    Count.NO_MAIL: "No mail address",
    Count.NO_MANAGER: "No manager",
    Count.UNKNOWN: "Unknown",
    Count.GUESTS: "Guests",
    Count.EXCLUDED: "Excluded",
    Count.REPEATED: "Repeated rows",
    Count.REJECTED: "Rejected rows in all",
}


def row_text(row: ReportedRow) -> str:
    """Return the sentence that says what is the matter with a row."""
    text = ROW_TEXTS[row.reason].format(detail=row.detail)
    return text + DID_YOU_MEAN.format(names=" or ".join(row.candidates)) if row.candidates else text


def imported_row_text(row: ImportRow) -> str:
    """Return the same for a row as our tables keep it, without those who may have been meant.

    A reason of an older version, which is no longer known, is told by the outcome.
    """
    if row.reason not in set(RowReason):
        return OUTCOMES[row.outcome]
    reported = ReportedRow(line=row.line, reason=RowReason(row.reason), detail=row.detail or "")
    return row_text(reported)
