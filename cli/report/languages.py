"""The language of a report, as an admin names it."""

from cli.terminal import ExitStatus, fail
from domain.mail.languages import LANGUAGES, known_language


def checked_language(language: str | None) -> str | None:
    """Return the language that is meant, None for the organisation's; leave where it is unknown."""
    if language is None:
        return None
    known = known_language(language)
    if known is None:
        fail(
            f"There are no reports in the language {language}: choose one of "
            f"{', '.join(LANGUAGES)}.",
            ExitStatus.USAGE,
        )
    return known
