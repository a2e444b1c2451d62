"""How a function that reads a value becomes part of a setting's type."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BeforeValidator

T = TypeVar("T")


def written(read: Callable[[str], T]) -> BeforeValidator:
    """Read text by this function; a value that is none was made by a program, and passes."""

    def before(value: object) -> object:
        return read(value.strip()) if isinstance(value, str) else value

    return BeforeValidator(before)
