"""Names that could mislead are replaced wherever people read them."""

import pytest

from domain.tracking_list.row import display_name_in
from domain.wording.display_name import safe_display_name


@pytest.mark.parametrize(
    ("name", "upn", "shown"),
    [
        ("Ada Lovelace", "ada@contoso.example", "Ada Lovelace"),
        ("Dr. Who, Ph.D.", "who@contoso.example", "Dr. Who, Ph.D."),
        ("click https://evil.example now", "ada@contoso.example", "ada"),
        ("WWW.evil.example", "ada@contoso.example", "ada"),
        ("https:\u200b//evil.example", "ada@contoso.example", "ada"),
        ("ada\uff20evil.example", "ada@contoso.example", "ada"),
        ("boss@evil.example", "x_evil.example#EXT#@contoso.example", "x_evil.example"),
        ("Jan W. W. W. Novak", "ada@contoso.example", "Jan W. W. W. Novak"),
        (" \u200b\u00a0", "ada@contoso.example", "ada"),
        ("", "www.x_evil.example#EXT#@contoso.example", "www x_evil.example"),
    ],
)
def test_no_name_becomes_a_link(name: str, upn: str, shown: str) -> None:
    """Links and addresses in any width, with invisible letters, and blanks are replaced."""
    assert safe_display_name(name, upn) == shown


def test_a_row_of_the_list_names_nobody_by_a_link() -> None:
    """What somebody typed into the list reaches the Temporal UI as little as a directory's name."""
    row = {"Title": "ada@contoso.example", "DisplayName_": "Win at http://evil.example"}
    assert display_name_in(row) == "ada"
    assert display_name_in({"Title": "ada@contoso.example"}) is None
