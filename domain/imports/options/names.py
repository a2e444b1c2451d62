"""The names of the options of an import, which each surface spells in its own way."""

from enum import StrEnum


class OptionName(StrEnum):
    """An option of an import: a field of ``ImportOptions``."""

    WAVE_SIZE = "wave_size"
    WAVE_DAYS = "wave_days"
    SEND_WINDOW = "send_window"
    SEND_DAYS = "send_days"
    SENDER_MAILBOXES = "sender_mailboxes"
