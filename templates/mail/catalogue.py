"""The catalogues: every sentence of the mails in every language, and which one a reader gets."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date

LANGUAGES = ("en", "de", "fr")
DEFAULT_LANGUAGE = "en"

Section = Mapping[str, str | list[str]]


@cache
def catalogue(language: str) -> Mapping[str, Section]:
    """Return the sentences of one language: section, key, and a sentence or several.

    They hold placeholders such as ``{company}``, never markup.
    """
    text = files("templates.mail").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def reader_language(preferred: str | None) -> str:
    """Return the language to write in, for a directory's ``preferredLanguage`` such as ``de-CH``.

    None and languages that nobody has translated the mails into give English.
    """
    primary = (preferred or "").strip().replace("_", "-").partition("-")[0].casefold()
    return primary if primary in LANGUAGES else DEFAULT_LANGUAGE


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
        TypeError: the catalogue has one sentence there.
    """
    found = catalogue(language)[section][key]
    if isinstance(found, str):
        raise TypeError(f"[{section}] {key} of the catalogue {language} is one sentence only")
    return found


def date_in_words(language: str, day: date) -> str:
    """Return a date as it is said, for example ``Tuesday 1 December 2026``."""
    key = "first_of_month" if day.day == 1 else "day"
    return format_date(day, sentence(language, "dates", key), locale=language)


def plural_key(language: str, number: int) -> str:
    """Return which sentence of a pair fits a number: ``one`` or ``other``, by Unicode's rules."""
    return "one" if Locale(language).plural_form(number) == "one" else "other"
