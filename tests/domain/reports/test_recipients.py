"""Who gets a report, as an admin writes it."""

import pytest

from domain.reports.recipients import MOST, read_recipients


def test_addresses_are_read_once_each() -> None:
    """Between them stand spaces, commas, semicolons or line breaks."""
    text = " ada@contoso.com, bob@contoso.com;eve@contoso.com\r\nada@contoso.com\n"
    assert read_recipients(text) == ("ada@contoso.com", "bob@contoso.com", "eve@contoso.com")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" ,\n", "^A recipient is missing$"),
        ("ada@contoso.com bob", "^bob is not a mail address$"),
        (" ".join(f"p{n}@contoso.com" for n in range(51)), "^A report has at most 50 recipients$"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    """The message says which address is wrong."""
    with pytest.raises(ValueError, match=why):
        read_recipients(text)


def test_the_most_recipients() -> None:
    """Each of them costs a mail of the day's budget."""
    assert len(read_recipients(" ".join(f"p{n}@contoso.com" for n in range(MOST)))) == 50
