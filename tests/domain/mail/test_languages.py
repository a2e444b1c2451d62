"""Which language a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.languages import LANGUAGES, accepted_language, direction, known_language
from tests.support.cpu import at_most_cpu


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("PT-br", "pt"),
        ("pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7", "pl"),
        ("en;q=0.5, fr;q=0.8", "fr"),
        ("fr;q=0.8,nl;q=0.8", "fr"),
        ("fr;q=1,nl", "fr"),
        ("zh-CN,zh;q=0.9,it;q=0.2", "it"),
        ("ja, *;q=0.5", None),
        ("zh-Hans-CN", None),
        ("de;q=0, es;q=0.1", "es"),
        ("de;q=0", None),
        ("de ; q=0.3 , ar", "ar"),
        ("", None),
        (None, None),
        ("de;q=2, en", "en"),
        ("../de, <script>, de;q=x, nl", "nl"),
        (",".join(["ja"] * 500) + ",de", None),
    ],
)
def test_a_browsers_languages(header: str | None, language: str | None) -> None:
    """The highest weight wins, of equal ones the first; regions don't count."""
    assert accepted_language(header) == language


@given(st.text(alphabet="adefnr-_;=q,. 019*\u0661\x00", max_size=200))
def test_any_header_gives_a_language_or_none(header: str) -> None:
    """Whatever a client sends, the answer is one of ours or none."""
    assert accepted_language(header) in {*LANGUAGES, None}


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        ("de-CH", "de"),
        ("pt_BR", "pt"),
        (" AR-sa ", "ar"),
        ("deu", None),
        ("zh", None),
        (None, None),
    ],
)
def test_a_directorys_language(preferred: str | None, language: str | None) -> None:
    """The region is ignored, and a language without texts is none."""
    assert known_language(preferred) == language


def test_only_arabic_runs_from_right_to_left() -> None:
    """The direction is that of HTML's attribute."""
    assert {one: direction(one) for one in LANGUAGES if one != "ar"} == dict.fromkeys(
        ("en", "de", "fr", "es", "it", "nl", "pl", "pt"), "ltr"
    )
    assert direction("ar") == "rtl"


def test_reading_a_header_takes_as_long_as_it_is() -> None:
    """Anybody can send one of 64 KiB, and all others wait while it is read."""
    with at_most_cpu(20):
        assert accepted_language("en" + " " * 300_000 + "!") is None
