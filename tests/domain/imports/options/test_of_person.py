"""A person's page says what their import chose for them."""

import pytest

from domain.imports.options.of_person import hours_sentence, options_of_person
from domain.imports.options.options import ImportOptions

HOURS = "08:00-16:00 mon,tue,wed,thu,fri"
OFFICE = ImportOptions(send_window="08:00-16:00")
WEEKDAYS = ImportOptions(send_days=("fri", "mon", "tue", "wed", "thu"))
MAILBOX = ImportOptions(sender_mailboxes=("a@contoso.com", "b@contoso.com"))
EVENING = ImportOptions(send_window="18:00-20:00")
NONE = ImportOptions()


@pytest.mark.parametrize(
    ("imports", "sender", "found"),
    [
        ([], None, None),
        ([OFFICE], None, OFFICE),
        ([EVENING], None, None),
        ([EVENING, OFFICE, NONE], None, OFFICE),
        ([NONE, OFFICE], None, NONE),
        ([ImportOptions(send_days=("mon",)), WEEKDAYS], None, WEEKDAYS),
        ([MAILBOX], None, MAILBOX),
        ([MAILBOX], "b@contoso.com", MAILBOX),
        ([MAILBOX], "c@contoso.com", None),
    ],
)
def test_the_first_import_that_fits_the_row_counts(
    imports: list[ImportOptions], sender: str | None, found: ImportOptions | None
) -> None:
    """A batch may have had several imports, each with options of its own."""
    assert options_of_person(imports, send_hours=HOURS, sender=sender) == found


def test_a_row_without_hours_was_not_given_any() -> None:
    """What an older row lacks can't be an import's choice."""
    assert options_of_person([OFFICE], send_hours=None, sender=None) is None
    assert options_of_person([WEEKDAYS], send_hours=None, sender=None) is None


@pytest.mark.wording
@pytest.mark.parametrize(
    ("send_hours", "said"),
    [
        (HOURS, "Monday to Friday, 08:00 to 16:00 (UTC)"),
        ("00:00-24:00 sat,sun", "Saturday and Sunday, at any time (UTC)"),
        ("08:00-24:00 mon,wed,fri", "Monday, Wednesday and Friday, 08:00 to 24:00 (UTC)"),
        ("08:00-12:00 mon,tue", "Monday and Tuesday, 08:00 to 12:00 (UTC)"),
        ("08:00-12:00 tue", "Tuesday, 08:00 to 12:00 (UTC)"),
        ("08:00-12:00 mon,tue,wed,thu,fri,sat,sun", "Every day, 08:00 to 12:00 (UTC)"),
        ("08:00-12:00 sat,sun,fri", "Friday to Sunday, 08:00 to 12:00 (UTC)"),
    ],
)
def test_hours_are_said_in_words(send_hours: str, said: str) -> None:
    """Days that follow each other are a span."""
    assert hours_sentence(send_hours, "UTC") == said
