"""Text on an organisation's colour."""

import pytest

from domain.mail import Branding
from templates.contrast import readable_on
from templates.mails import MailRenderer


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#0b5cad", "#ffffff"),
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#FFD500", "#000000"),
        ("#1a7f37", "#ffffff"),
        ("#fd0", "#000000"),
    ],
)
def test_text_is_light_on_dark_and_dark_on_light(background: str, text: str) -> None:
    """The text is the one with the higher contrast."""
    assert readable_on(background) == text


@pytest.mark.parametrize("colour", ["red", "#ffff", "#0b5cad;}", "#0b5cad\n", ""])
def test_a_colour_that_is_none_is_refused_at_the_start(colour: str) -> None:
    """Nothing but a hexadecimal colour gets into a mail's style."""
    with pytest.raises(ValueError, match="#rrggbb"):
        MailRenderer(
            Branding(
                company_name="Contoso",
                support_team="IT",
                support_email="it@contoso.example",
                primary_colour=colour,
            )
        )
