"""Reads the options of an import from the command line."""

from collections.abc import Mapping
from datetime import datetime

from cli.terminal import ExitStatus, fail
from domain.enrolment.policy import Policy
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.options.read import ImportOptionsError, read_options
from settings import PolicySettings


def import_options(
    written: Mapping[OptionName, str | None],
    settings: PolicySettings,
    now: datetime,
    *,
    people: int = 0,
    policy: Policy | None = None,
) -> ImportOptions:
    """Return the options of an import; leave with 2 where one can't be used.

    ``people`` is how many it names, 0 where that isn't known yet. ``policy`` stands in for the
    settings' one.
    """
    try:
        return read_options(
            {name: text for name, text in written.items() if text is not None},
            mailboxes=settings.sender_mailboxes,
            policy=policy or settings.policy,
            pace=settings.pace,
            now=now,
            people=people,
        )
    except ImportOptionsError as error:
        told = error.faults.items()
        fail(
            "\n".join(f"--{name.value.replace('_', '-')} {fault}." for name, fault in told),
            ExitStatus.USAGE,
        )
