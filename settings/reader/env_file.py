"""The file ``.env``: what it sets, and which of its lines cannot be read."""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import Binding, parse_stream

from settings.reader.text import is_readable, text_of

# In one case: what is neither may be a key in base64 on a line of its own, and is never shown.
_NAME = re.compile(r"[A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*")


class Problem(NamedTuple):
    """A sentence about a line, and the setting that stands there, if that can be said."""

    sentence: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a file sets, and a sentence for each line that is wrong."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_env_file(path: Path) -> EnvFile:
    """Read the file; a value is taken as it stands there, ``$`` has no meaning."""
    try:
        text = text_of(path.read_bytes())
    except OSError as error:
        return _unreadable(f"The file {path} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        return _unreadable(f"The file {path} cannot be read: save it as UTF-8.")
    read = EnvFile()
    lines: dict[str, int] = {}
    for binding in parse_stream(io.StringIO(text)):
        name, value, line = binding.key, binding.value, _line(binding)
        problem = _problem(binding, path, line)
        if problem is not None:
            read.problems.append(problem)
        elif name is not None and value:
            if read.values.get(name, value) != value:
                sentence = (
                    f"{name} stands in {path} twice, in the lines {lines[name]} and {line}: "
                    "keep one of them."
                )
                read.problems.append(Problem(sentence, name))
            read.values[name] = value
            lines[name] = line
    return read


def _line(binding: Binding) -> int:
    """Return the line of a setting, without the empty lines that the parser puts before it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _unreadable(sentence: str) -> EnvFile:
    return EnvFile(problems=[Problem(sentence)])


def _problem(binding: Binding, path: Path, line: int) -> Problem | None:
    if binding.error or (binding.key is not None and not _NAME.fullmatch(binding.key)):
        return Problem(f"Line {line} of {path} cannot be read: write NAME=value.")
    if binding.key is not None and binding.value is None:
        return Problem(f"Line {line} of {path} has no value: write NAME=value.")
    if binding.key is not None and not is_readable(binding.value or ""):
        sentence = (
            f"{binding.key} in line {line} of {path} is not UTF-8; its encoding may be "
            "Windows-1252. Save the file as UTF-8."
        )
        return Problem(sentence, binding.key)
    return None
