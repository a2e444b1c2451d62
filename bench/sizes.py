"""How much of everything a benchmark does."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Numbers of people, hits and mails.

    Attributes:
        starts: enrolments that are started, and as many bare workflows.
        clicks: people who click, and as many who are described and signalled.
        hits: pixels that are recorded, and as many that aren't.
        paced_seconds: how long 200 opens a second are sent.
        invited: people of the first file, until all are ``Sent``.
        more: people of the second file: amid it somebody clicks, and behind it memory is read.
        mails: mails of the long queue.
        mails_per_minute: what its mailbox may send.
    """

    starts: int
    clicks: int
    hits: int
    paced_seconds: int
    invited: int
    more: int
    mails: int
    mails_per_minute: int


class SizeName(StrEnum):
    """How the sizes are called on the command line."""

    QUICK = "quick"
    FULL = "full"


SIZES = {
    SizeName.QUICK: Size(
        starts=400,
        clicks=160,
        hits=4_000,
        paced_seconds=5,
        invited=300,
        more=90,
        mails=64,
        mails_per_minute=60,
    ),
    SizeName.FULL: Size(
        starts=4_000,
        clicks=1_000,
        hits=20_000,
        paced_seconds=30,
        invited=1_000,
        more=2_000,
        mails=300,
        mails_per_minute=60,
    ),
}
SLICES = 4
"""Ours and the yardstick take turns so often, so that a busy moment of the machine meets both."""

PACED_PER_SECOND = 200
CLICKS_AMID_IMPORT = 4
