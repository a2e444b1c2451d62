"""What an erasure can't reach, for the admin who has to see to it."""

from collections.abc import Sequence

from domain.identifiers import BATCH_ID_PATTERN
from domain.tables.erasure import ErasureReport
from domain.wording.counted import counted

OUT_OF_REACH = (
    "Sent Items of the sender mailboxes, and the mails that were received: search them in Purview.",
    "The recycle bin of the SharePoint site: the list's row is there for up to 93 days.",
    "Backups of database, Temporal and SharePoint: repeat this, by ObjectId, after a restore.",
    "Temporal's archive and exports, where you have set them up.",
    "Histories of other imports that named the person, and of requests for a new link.",
    "The directory and the enforcement group: the account is as it was.",
)


def out_of_reach(report: ErasureReport) -> list[str]:
    """Return what is left of a person, the nearest first."""
    texts = list(OUT_OF_REACH)
    if report.terminated:
        texts.insert(0, "Drafts of the sender mailboxes: the enrolment had to be terminated.")
    if report.managed:
        people = counted(report.managed, "person")
        texts.insert(
            0,
            f"Histories of the enrolments of {people} whom the person manages: they hold the name, "
            "until Temporal's retention ends.",
        )
    if report.imports_running:
        imports = counted(report.imports_running, "import")
        texts.insert(
            0,
            f"{imports} of the person's batches still under way: the person is not enrolled any "
            "more, unless that was being done at this moment. Repeat this, by ObjectId, when all "
            "have ended.",
        )
    if report.import_histories_left:
        histories = counted(report.import_histories_left, "history")
        texts.insert(
            0,
            f"{histories} of imports of the person's batches, with everybody in them, until "
            "Temporal's retention ends, since --with-import-histories was not given."
            f"{_delete_by(report.import_batches)}",
        )
    return texts


def _delete_by(batches: Sequence[str]) -> str:
    """Return what deletes the histories of these batches, of which nothing else tells any more."""
    if not batches or not all(map(BATCH_ID_PATTERN.fullmatch, batches)):
        return ""
    named = ", ".join(f"'{one}'" for one in batches)
    ended = "WorkflowType = 'BatchWorkflow' AND ExecutionStatus != 'Running'"
    return (
        f" Those that have ended are deleted by "
        f'`temporal workflow delete --query "{ended} AND SourceBatchId IN ({named})"`.'
    )


def erased_sentence(report: ErasureReport) -> str:
    """Return what was deleted."""
    ended = ", and the enrolment was ended" if report.ended else ""
    managed = f" Names of managers that were deleted: {report.managed}." if report.managed else ""
    rows = counted(sum(report.table_rows.values()), "row")
    histories = counted(report.histories + report.import_histories, "history")
    return (
        f"Erased: {rows} of our tables, {report.list_rows} of the list, {histories}{ended}."
        f"{managed} Temporal needs about a minute for the histories."
    )
