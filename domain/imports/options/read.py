"""Reads the options of an import as people write them, and says what is wrong with each."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from domain.enrolment.policy import DAY, Policy
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.pace import Pace
from domain.mail.send_hours import read_hours, read_weekdays, with_send_hours
from domain.mail.send_window import SendWindow
from domain.plain_text import list_of

# A wave of more is everybody who fits into a file.
LARGEST_WAVE = 100_000
MOST_WAVE_DAYS = 60
# So many days after the first the last wave begins at the latest: more is a slip of the keyboard.
WAVES_LAST_AT_MOST = 730
_NO_HOURS = "can't be chosen in the demo, whose days last seconds: they have no hours or weekdays"
_WHOLE = re.compile(r"[0-9]{1,12}")


class ImportOptionsError(Exception):
    """Options of an import can't be used; ``faults`` says of each what is wrong with it.

    A fault is the rest of a sentence that begins with the option's name.
    """

    def __init__(self, faults: Mapping[OptionName, str]) -> None:
        """Keep what is wrong with each."""
        super().__init__(*faults.values())
        self.faults = faults


def read_options(
    written: Mapping[OptionName, str],
    *,
    mailboxes: Sequence[str],
    policy: Policy,
    pace: Pace,
    now: datetime,
    people: int = 0,
) -> ImportOptions:
    """Return the options that are written down; an empty text names nothing.

    Args:
        written: each option as somebody wrote it, as in the settings.
        mailboxes: ``SENDER_MAILBOXES``.
        policy: the settings'; dates and time zone of its window hold for every import.
        pace: the settings'.
        now: mails have to be able to leave within a year from now.
        people: how many the import names, 0 where that isn't known yet.

    Raises:
        ImportOptionsError: something is wrong with one of them, or with several.
    """
    readers: Mapping[OptionName, Callable[[str], Any]] = {
        OptionName.WAVE_SIZE: lambda text: _number(text, LARGEST_WAVE),
        OptionName.WAVE_DAYS: lambda text: _number(text, MOST_WAVE_DAYS),
        OptionName.SEND_WINDOW: read_hours,
        OptionName.SEND_DAYS: read_weekdays,
        OptionName.SENDER_MAILBOXES: lambda text: _read_mailboxes(text, mailboxes),
    }
    found: dict[str, Any] = {}
    faults: dict[OptionName, str] = {}
    for name, read in readers.items():
        text = written.get(name, "").strip()
        if not text:
            continue
        try:
            found[name.value] = read(text)
        except ValueError as error:
            faults[name] = str(error)
    options = ImportOptions(**found)
    if policy.day < DAY:
        of_the_clock = (OptionName.SEND_WINDOW, OptionName.SEND_DAYS)
        faults |= {name: _NO_HOURS for name in of_the_clock if name.value in found}
    if not faults and not _opens(options, policy.window, now):
        faults[OptionName.SEND_DAYS] = (
            "and NO_SEND_DATES leave no day in the next year on which a mail could leave: allow one"
        )
    if not faults:
        faults = _faults_of_waves(
            options, options.pace(pace, mailboxes, policy.day), policy, people
        )
    if faults:
        raise ImportOptionsError(faults)
    return options


def _faults_of_waves(
    options: ImportOptions, pace: Pace, policy: Policy, people: int
) -> dict[OptionName, str]:
    if pace.wave_size is None:
        if options.wave_days is None:
            return {}
        fault = "needs the number of people in a wave: choose it, too, or set WAVE_SIZE"
        return {OptionName.WAVE_DAYS: fault}
    later = max(0, -(-people // pace.wave_size) - 1)
    days = later * pace.wave_interval // policy.day
    if days <= WAVES_LAST_AT_MOST:
        return {}
    fault = (
        f"would make {later + 1:,} waves, of which the last begins after {days:,} days: at most "
        f"{WAVES_LAST_AT_MOST} are possible. Choose larger waves, or fewer days between them"
    )
    is_of_days = options.wave_size is None and options.wave_days is not None
    return {OptionName.WAVE_DAYS if is_of_days else OptionName.WAVE_SIZE: fault}


def _number(text: str, most: int) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
        raise ValueError(f"must be a whole number from 1 to {most}")
    return int(text)


def _read_mailboxes(text: str, mailboxes: Sequence[str]) -> tuple[str, ...]:
    if not mailboxes:
        raise ValueError("can't be chosen: the setting SENDER_MAILBOXES names none")

    def read_mailbox(one: str) -> str:
        if one.casefold() not in mailboxes:
            raise ValueError(f"is not one of {', '.join(mailboxes)}")
        return one.casefold()

    named = list_of(read_mailbox, unique=True)(text)
    # In the settings' order: the same mailboxes are the same option.
    return tuple(one for one in mailboxes if one in named)


def _opens(options: ImportOptions, window: SendWindow, now: datetime) -> bool:
    with suppress(ValueError):
        with_send_hours(window, options.send_window, options.send_days).next_open(now)
        return True
    return False
