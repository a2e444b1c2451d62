"""What people read about the options of an import. Nothing else reads it."""

from collections.abc import Mapping

from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions

OPTION_TEXTS: Mapping[OptionName, str] = {
    OptionName.WAVE_SIZE: "People in a wave",
    OptionName.WAVE_DAYS: "Days from one wave to the next",
    OptionName.SEND_WINDOW: "Hours in which mails leave",
    OptionName.SEND_DAYS: "Weekdays on which mails leave",
    OptionName.SENDER_MAILBOXES: "Mailboxes that send",
}


def option_lines(options: ImportOptions) -> list[tuple[str, str]]:
    """Return each option that is named: what it is, and its value."""
    written = options.written()
    return [
        (text, written[name].replace(",", ", "))
        for name, text in OPTION_TEXTS.items()
        if name in written
    ]


def options_text(options: ImportOptions) -> str:
    """Return the options that are named in one line; empty where none is."""
    return "; ".join(f"{label}: {value}" for label, value in option_lines(options))


def reason_text(batch_id: str, options: ImportOptions, reason: str | None = None) -> str:
    """Return what the audit log says of an import: its batch, its own options, and why if told."""
    return "; ".join(one for one in (f"batch {batch_id}", options_text(options), reason) if one)
