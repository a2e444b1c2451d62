"""What an erasure can't reach, for the admin who has to see to it."""

from domain.tables.erasure import ErasureReport

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
        texts.insert(
            0,
            f"Histories of the enrolments of {report.managed} people whom the person manages: they "
            "hold the name, until Temporal's retention ends.",
        )
    if report.imports_running:
        texts.insert(
            0,
            f"{report.imports_running} imports of the person's batches still run. They enrol the "
            "person no more, unless one was doing so at this moment: repeat this, by ObjectId, "
            "when they have ended.",
        )
    if report.import_histories_left:
        texts.insert(
            0,
            f"{report.import_histories_left} histories of imports of the person's batches: they "
            "hold everybody in them, until Temporal's retention ends. --with-import-histories "
            "deletes those that have ended.",
        )
    return texts


def erased_sentence(report: ErasureReport) -> str:
    """Return what was deleted."""
    ended = ", and the enrolment was ended" if report.ended else ""
    managed = f" {report.managed} people name no manager now." if report.managed else ""
    rows = sum(report.table_rows.values())
    return (
        f"Erased: {rows} rows of our tables, {report.list_rows} of the list, "
        f"{report.histories + report.import_histories} histories{ended}.{managed} Temporal needs "
        "about a minute for the histories."
    )
