"""The languages that mails and pages are written in, and which of them a reader gets."""

import re

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "ar")
DEFAULT_LANGUAGE = "en"
FROM_RIGHT_TO_LEFT = frozenset({"ar"})

# Browsers name a handful. Whoever names hundreds is no reader, and needn't be sorted.
_MOST_RANGES = 20
# Without the spaces around it: of two runs beside each other all divisions would be tried.
_RANGE = re.compile(
    r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?))?", re.ASCII
)


def known_language(preferred: str | None) -> str | None:
    """Return the language for a tag such as ``de-CH`` or ``pt_BR``, None if it isn't one of ours.

    The region is left out of account: ``pt-PT`` and ``pt-BR`` get the same text.
    """
    primary = (preferred or "").strip().replace("_", "-").partition("-")[0].casefold()
    return primary if primary in LANGUAGES else None


def accepted_language(header: str | None) -> str | None:
    """Return the language of ours that a browser's ``Accept-Language`` ranks highest.

    None where it accepts none of them. What is malformed is passed over. A range without a weight
    weighs 1, one of weight 0 is refused, and of equal ones the first counts (RFC 9110, 12.5.4).
    """
    best, weight_of_best = None, 0.0
    for part in (header or "").split(",", _MOST_RANGES)[:_MOST_RANGES]:
        found = _RANGE.fullmatch(part.strip())
        if found is None:
            continue
        language, weight = known_language(found[1]), float(found[2] or 1)
        if language is not None and weight > weight_of_best:
            best, weight_of_best = language, weight
    return best


def direction(language: str) -> str:
    """Return the direction of writing, as HTML's attribute ``dir`` names it."""
    return "rtl" if language in FROM_RIGHT_TO_LEFT else "ltr"
