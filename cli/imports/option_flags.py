"""The options of an import, as `import` and `plan` have them."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import takes_over

if TYPE_CHECKING:
    from domain.imports.options.names import OptionName


def _written(
    *,
    wave_size: Annotated[
        str | None, typer.Option("--wave-size", help="In place of WAVE_SIZE: people in a wave.")
    ] = None,
    wave_days: Annotated[
        str | None,
        typer.Option(
            "--wave-days", help="In place of WAVE_INTERVAL: days from one wave to the next."
        ),
    ] = None,
    send_window: Annotated[
        str | None,
        typer.Option(
            "--send-window",
            help="In place of SEND_WINDOW: hours in which these people are mailed, 08:00-18:00; "
            "00:00-24:00 is at any time.",
        ),
    ] = None,
    send_days: Annotated[
        str | None,
        typer.Option(
            "--send-days",
            help="In place of SEND_DAYS: weekdays on which these people are mailed, mon,tue,wed.",
        ),
    ] = None,
    sender_mailboxes: Annotated[
        str | None,
        typer.Option(
            "--sender-mailboxes",
            help="Those of SENDER_MAILBOXES that mail these people, with commas; default: all.",
        ),
    ] = None,
) -> "dict[OptionName, str | None]":
    """Return what was written for each option."""
    from domain.imports.options.names import OptionName

    return {
        OptionName.WAVE_SIZE: wave_size,
        OptionName.WAVE_DAYS: wave_days,
        OptionName.SEND_WINDOW: send_window,
        OptionName.SEND_DAYS: send_days,
        OptionName.SENDER_MAILBOXES: sender_mailboxes,
    }


names_import_options = takes_over("written", _written)
"""Gives a verb the options of ``_written``, and calls it with what is written as ``written``."""
