"""Authentication methods, by Microsoft Graph's names."""

from typing import Annotated

from domain.plain_text import list_of
from domain.registration.methods import KNOWN, PASSWORD, counted_methods, short_name
from settings.values.validators import written


def read_method(text: str) -> str:
    """Read a type of method that can count as MFA, with or without Graph's suffix."""
    try:
        counted_methods([text])
    except ValueError:
        can_count = ", ".join(sorted(short_name(method) for method in KNOWN - {PASSWORD}))
        raise ValueError(f"is not a method that can count, which are {can_count}") from None
    return text


Methods = Annotated[tuple[str, ...], written(list_of(read_method))]
