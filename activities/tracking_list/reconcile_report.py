"""What a reconcile of the list found, and what it asked for."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class ReconcileReport:
    """What was found, and what was asked for.

    Attributes:
        rows: of the list.
        compared: rows of the tables, of people who haven't ended.
        older_tokens: tokens on the list that aren't ours.
        different: rows of the list that aren't as the tables say, at the first look.
        missing: people being enrolled without a row, at the first look.
        lacking: people with a link of ours who aren't in the tables.
        duplicates: second rows of one person.
        outdated_links: rows that hold a token of a key that has been dropped.
        emptied: rows that hold nothing, or only the day, where more was written.
        not_kept: columns that don't keep what is written to them; they aren't compared.
        put_right: enrolments that were asked to write columns again.
        created_again: enrolments that were asked to make their row again.
        rebuild: the tables or the list are wrong as a whole, and nothing was asked for.
    """

    rows: int = 0
    compared: int = 0
    older_tokens: int = 0
    different: int = 0
    missing: int = 0
    lacking: int = 0
    outdated_links: int = 0
    emptied: int = 0
    not_kept: tuple[str, ...] = ()
    duplicates: int = 0
    put_right: int = 0
    created_again: int = 0
    rebuild: bool = False
