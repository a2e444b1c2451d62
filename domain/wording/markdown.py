"""Text from outside in Temporal's Markdown fields, and back."""

import json
import re

from domain.plain_text import bounded_line, one_line

# What Temporal takes as a summary, as JSON in UTF-8, unless its server is configured otherwise.
SUMMARY_BYTES = 400

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


def escaped(text: str) -> str:
    """Return text from outside in one line, with nothing in it that Markdown would act on."""
    return _ACTIVE.sub(r"\\\1", one_line(text))


def summary_of(text: str) -> str:
    """Return text from outside as a summary in the Temporal UI, cut to what Temporal takes."""
    line = bounded_line(text, SUMMARY_BYTES)
    while _size(escaped(line)) > SUMMARY_BYTES:
        line = line.removesuffix("…")[:-1] + "…"
    return escaped(line)


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())


def unescaped(text: str) -> str:
    """Return what ``escaped`` was given, in one line: for readers that show no Markdown."""
    return _ESCAPED.sub(r"\1", text)
