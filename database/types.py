"""Column types that store the same values on both engines."""

# ruff: noqa: ARG002 - SQLAlchemy passes the dialect to every type

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Dialect, Text, TypeDecorator, Uuid

from domain.instants import EPOCH, MICROSECOND, microseconds

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC microseconds: SQLite would drop the time zone in silence."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive values."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Guid(TypeDecorator[str]):
    """A GUID: ``uuid`` on PostgreSQL, text on SQLite, always lower case with hyphens in Python."""

    impl = Uuid(as_uuid=False)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write one GUID in one way, however it was spelt."""
        return None if value is None else one_spelling(value)


@lru_cache(maxsize=4096)
def one_spelling(guid: str) -> str:
    """Return a GUID in lower case with hyphens; a person's is written in every step about them.

    Raises:
        ValueError: it is none.
    """
    return str(UUID(guid))


class Words(TypeDecorator[str]):
    """Text in the order of its code points on both engines.

    PostgreSQL refuses NUL and both engines refuse lone surrogates; people's names may hold either.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Compare text as SQLite does on PostgreSQL, too."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what can't be stored."""
        return None if value is None else storable(value)


class Choice(TypeDecorator[str]):
    """A value of a StrEnum, or of one of several, stored as its text.

    A text that no enum has was written by a newer release and is returned as it is.
    """

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[StrEnum] | tuple[type[StrEnum], ...]) -> None:
        """Remember whose values are stored."""
        super().__init__()
        # By the attribute of the argument's name SQLAlchemy tells one such type from another.
        self.choices = choices if isinstance(choices, tuple) else (choices,)
        # Lists read some hundred thousand of them.
        self._members = {str(one): one for kind in reversed(self.choices) for one in kind}

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Compare text as SQLite does on PostgreSQL, too."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Accept nothing but values of the enums."""
        if value is None:
            return None
        member = self._member(value)
        if member is None:
            raise ValueError(f"{value!r} is no value of {self.choices}")
        return member.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the enum's member where there is one."""
        return None if value is None else self._member(value) or value

    def _member(self, value: str) -> StrEnum | None:
        return self._members.get(value)


class Document(TypeDecorator[Any]):
    """A JSON document whose strings can be stored on both engines."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Replace what can't be stored, however deep it is."""
        return _storable_document(value)


def storable(text: str) -> str:
    """Return text without the characters that a database refuses."""
    if "\x00" in text:
        text = text.replace("\x00", _REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _storable_document(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _storable_document(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_document(one) for one in value]
    return value
