"""What people read about the options of an import. Nothing else reads it."""

from collections.abc import Mapping

from domain.imports.options.choices import ImportChoices
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions

OPTION_TEXTS: Mapping[OptionName, str] = {
    OptionName.WAVE_SIZE: "People in a wave",
    OptionName.WAVE_DAYS: "Days from one wave to the next",
    OptionName.SEND_WINDOW: "Hours in which mails leave",
    OptionName.SEND_DAYS: "Weekdays on which mails leave",
    OptionName.SENDER_MAILBOXES: "Mailboxes that send",
}


_STARTED_AGAIN = "started again"
_CANCELLED = "People who were cancelled"
_LAPSED = "People who were active and have no method"
_HELD = "It was running already, and keeps {kept}."
_BEGAN_WITH = "what it began with: {choices}"
_BEGAN_WITHOUT = "to the settings, with which it began"


def option_lines(options: ImportOptions) -> list[tuple[str, str]]:
    """Return each option that is named: what it is, and its value."""
    written = options.written()
    return [
        (text, written[name].replace(",", ", "))
        for name, text in OPTION_TEXTS.items()
        if name in written
    ]


def choice_lines(choices: ImportChoices) -> list[tuple[str, str]]:
    """Return all that is chosen for an import: what it is, and its value."""
    lines = option_lines(choices.own)
    if choices.include_cancelled:
        lines.append((_CANCELLED, _STARTED_AGAIN))
    if choices.restart_active:
        lines.append((_LAPSED, _STARTED_AGAIN))
    return lines


def choices_text(choices: ImportChoices) -> str:
    """Return all that is chosen in one line; empty where nothing is."""
    return "; ".join(f"{label}: {value}" for label, value in choice_lines(choices))


def held_text(held: ImportChoices) -> str:
    """Return what holds for an import that was running when it was asked for otherwise."""
    named = choices_text(held)
    return _HELD.format(kept=_BEGAN_WITH.format(choices=named) if named else _BEGAN_WITHOUT)


def reason_text(batch_id: str, choices: ImportChoices, reason: str | None = None) -> str:
    """Return what the audit log says of an import: its batch, what is chosen, and why if told."""
    return "; ".join(one for one in (f"batch {batch_id}", choices_text(choices), reason) if one)
