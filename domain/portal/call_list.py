"""How somebody is reached by telephone, as the directory says."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.person import Person
from domain.plain_text import bounded_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A user of the directory and their telephone numbers.

    The numbers are apart from the person, who goes into histories: numbers go nowhere but into
    our own tables.
    """

    person: Person
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """Whom to call about somebody: themselves, or their manager; None where that isn't known."""

    phone: str | None = field(default=None, repr=False)
    manager_name: str | None = field(default=None, repr=False)
    manager_phone: str | None = field(default=None, repr=False)


NO_CALLS = CallEntry()


def phone_text(numbers: Iterable[object]) -> str | None:
    """Return numbers in one line, each once; None where there is none."""
    lines = (bounded_line(number) for number in numbers if isinstance(number, str))
    return bounded_line(", ".join(dict.fromkeys(line for line in lines if line))) or None
