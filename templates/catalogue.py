"""The catalogues: every sentence of the mails and pages in every language."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_timedelta

Section = Mapping[str, str | list[str] | Mapping[str, str]]

# Babel takes the largest unit that is reached this often: with this none but the one asked for.
_NEVER = 10**9


_kept: ContextVar[Mapping[str, Section] | None] = ContextVar("kept sentences", default=None)


@contextmanager
def kept_sentences(sections: Mapping[str, Section]) -> Iterator[None]:
    """Say these sentences in place of today's while the block runs, whatever the language."""
    token = _kept.set(sections)
    try:
        yield
    finally:
        _kept.reset(token)


def catalogue(language: str) -> Mapping[str, Section]:
    """Return the sentences of one language: section, key, and a sentence or several.

    They hold placeholders such as ``{company}``, never markup.
    """
    kept = _kept.get()
    return _todays(language) if kept is None else kept


@cache
def _todays(language: str) -> Mapping[str, Section]:
    text = files("templates.languages").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sentence(language: str, section: str, key: str) -> str:
    """Return one sentence, its placeholders still in it.

    Raises:
        KeyError: the catalogue has no such section or key.
        TypeError: the catalogue has several sentences there.
    """
    found = catalogue(language)[section][key]
    if not isinstance(found, str):
        raise TypeError(f"[{section}] {key} of the catalogue {language} is not one sentence")
    return found


def sentences(language: str, section: str, key: str) -> list[str]:
    """Return several sentences in their order, their placeholders still in them.

    Raises:
        KeyError: the catalogue has no such section or key.
        TypeError: the catalogue has something else there.
    """
    found = catalogue(language)[section][key]
    if not isinstance(found, list):
        raise TypeError(f"[{section}] {key} of the catalogue {language} is not several sentences")
    return found


def counted(language: str, section: str, key: str, number: int) -> str:
    """Return the form of a text that fits a number by Unicode's rules; Arabic has six of them.

    Raises:
        KeyError: the catalogue has no such section or key.
        TypeError: the catalogue has no forms there.
    """
    forms = catalogue(language)[section][key]
    if not isinstance(forms, Mapping):
        raise TypeError(f"[{section}] {key} of the catalogue {language} has no forms")
    return forms[Locale(language).plural_form(number)]


def date_in_words(language: str, day: date) -> str:
    """Return a date as it is said, for example ``Tuesday 1 December 2026``."""
    key = "first_of_month" if day.day == 1 else "day"
    return format_date(day, sentence(language, "dates", key), locale=language)


def date_locale(language: str) -> str:
    """Return the locale of numeric dates and times: English has the day first, as in its words."""
    return "en_GB" if language == "en" else language


def in_days(language: str, days: int) -> str:
    """Return a time to come as it is said, for example ``in 5 days``."""
    return _ahead(language, timedelta(days=days), "day")


def in_seconds(language: str, seconds: int) -> str:
    """Return a time to come as it is said, for example ``in 10 seconds``."""
    return _ahead(language, timedelta(seconds=seconds), "second")


def _ahead(language: str, time: timedelta, unit: str) -> str:
    return format_timedelta(
        time,
        granularity=unit,  # type: ignore[arg-type]
        threshold=_NEVER,
        add_direction=True,
        locale=language,
    )
