"""The values that sentences of pages and mails name."""

import pytest

from templates.words import telephone_url


@pytest.mark.parametrize(
    ("phone", "url"),
    [
        ("+44 20 7946 0000", "tel:+442079460000"),
        ("+49 (0)30 123-456", "tel:+4930123456"),
        ("(030) 123/456", "tel:030123"),
        ("4711", "tel:4711"),
        ("+1 555 0100 ext. 12", "tel:+15550100"),
        ("+1 555 0100 x12", "tel:+15550100"),
        ("see the intranet", None),
        ("alert(1)", None),
        ("", None),
    ],
)
def test_a_number_can_be_dialled(phone: str, url: str | None) -> None:
    """However a number is written, its digits are dialled; without a number there is no link."""
    assert telephone_url(phone) == url
