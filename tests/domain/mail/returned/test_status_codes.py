"""Codes of returned mail and their classes: Microsoft's, those of RFC 3463, and unknown ones."""

import pytest

from domain.mail.returned.status_codes import (
    REPLIES,
    TABLE,
    BounceClass,
    class_of,
    code_in,
    more_exact,
)

SAMPLES = {
    BounceClass.ADDRESS: "5.1.1 5.1.10 5.1.3 5.4.1 5.1.0 5.1.6 5.2.1 5.4.310",
    BounceClass.PASSING: "5.2.2 4.2.2 4.4.7 4.7.500 5.4.7 4.99.1",
    BounceClass.REFUSED: "5.7.1 5.7.124 5.7.129 5.7.133 5.7.134 5.2.3 5.6.1 5.7.606 5.7.999",
    BounceClass.SENDER_BLOCKED: (
        "5.1.8 5.1.90 5.7.705 5.7.708 5.7.750 5.7.501 5.7.511 5.7.230 5.7.233 5.7.350"
    ),
    BounceClass.DELIVERED: "5.7.520 2.1.5",
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, each) for each, codes in SAMPLES.items() for code in codes.split()],
)
def test_a_code_has_a_class(code: str, expected: BounceClass) -> None:
    """Single codes come before the subject that they belong to; unknown ones have a default."""
    assert class_of(code, "550 whatever") is expected


@pytest.mark.parametrize(
    ("diagnostic", "expected"),
    [
        ("smtp; 552 Requested mail action aborted", BounceClass.PASSING),
        ("smtp; 550 no such user", BounceClass.ADDRESS),
        ("smtp; 451 try again later", BounceClass.PASSING),
        ("smtp; 554 transaction failed", BounceClass.REFUSED),
        ("", BounceClass.ADDRESS),
    ],
)
@pytest.mark.parametrize("code", ["", "5.0.0"])
def test_without_a_code_the_servers_reply_decides(
    code: str, diagnostic: str, expected: BounceClass
) -> None:
    """A code that says only that it failed is as good as none."""
    assert class_of(code, diagnostic) is expected


def test_every_row_has_a_source() -> None:
    """A page or a standard stands behind each class."""
    assert all(row.source.startswith("https://") for row in (*TABLE, *REPLIES))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("said: 550 5.1.1 <a@b.example>: unknown", "5.1.1"),
        ("with mapi id 15.20.8377.009; 5.1.10.20 and 15.2.1544.4", ""),
        ("Sorry, no mailbox here by that name. (#5.1.1)", "5.1.1"),
        ("Action: relayed 2.0.0", ""),
    ],
)
def test_a_code_is_found_in_words(text: str, code: str) -> None:
    """Versions and addresses have numbers, too."""
    assert code_in(text) == code


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.0.0", "smtp; 550 5.7.1 not allowed", "5.7.1"),
        ("4.4.7", "smtp; 550 5.1.1 unknown", "4.4.7"),
        ("", "smtp; 550 5.1.1 unknown", "5.1.1"),
        ("5.0.0", "smtp; 550 no", "5.0.0"),
    ],
)
def test_the_code_that_says_more_counts(status: str, diagnostic: str, code: str) -> None:
    """A report's own code, unless it only says that it failed."""
    assert more_exact(status, diagnostic) == code
