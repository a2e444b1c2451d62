"""Text from outside in Temporal's Markdown fields, and back."""

import re

from domain.plain_text import one_line

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


def escaped(text: str) -> str:
    """Return text from outside in one line, with nothing in it that Markdown would act on."""
    return _ACTIVE.sub(r"\\\1", one_line(text))


def unescaped(text: str) -> str:
    """Return what ``escaped`` was given, in one line: for readers that show no Markdown."""
    return _ESCAPED.sub(r"\1", text)
