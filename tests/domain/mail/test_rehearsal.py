"""The subject of a rehearsal's mails."""

import pytest

from domain.mail.rehearsal import redirected_subject


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Ada\nLovelace", "[for Ada Lovelace] Please"),
        ("", "[for somebody without a name] Please"),
        ("דנה", "[for \u2068דנה\u2069] Please"),
    ],
)
def test_a_redirected_mail_says_for_whom_it_is(name: str, subject: str) -> None:
    """The reader's name stands first, in one line."""
    assert redirected_subject("Please", name) == subject


def test_a_redirected_subject_keeps_within_bounds() -> None:
    """Name and subject together are cut to what Graph allows."""
    assert len(redirected_subject("s" * 255, "n" * 200)) == 255
