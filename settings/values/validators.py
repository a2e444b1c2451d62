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


def list_of(read: Callable[[str], T], *, unique: bool = False) -> Callable[[str], tuple[T, ...]]:
    """Return a function that reads values between commas.

    Args:
        read: reads one of them.
        unique: refuse a value that is there twice.
    """

    def read_all(text: str) -> tuple[T, ...]:
        found: list[T] = []
        parts = [part.strip() for part in text.split(",")]
        for place, part in enumerate((part for part in parts if part), start=1):
            try:
                value = read(part)
            except ValueError as error:
                raise ValueError(
                    f"has a wrong entry: number {place} {error}; commas separate entries"
                ) from None
            if unique and value in found:
                raise ValueError(f"has the same entry twice: remove number {place}")
            found.append(value)
        if not found:
            raise ValueError("has no entry")
        return tuple(found)

    return read_all
