"""Links that lead round in a circle are noticed, and others aren't taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.registration.circles import Circle


@pytest.mark.parametrize("first", ["0", None])
def test_links_that_all_differ_are_no_circle(first: str | None) -> None:
    """Also not of a very long report."""
    circle = Circle(first)
    assert not any(circle.closes_at(str(number)) for number in range(1, 5000))


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_circle_of_any_length_is_noticed_soon(before: int, length: int) -> None:
    """Wherever it begins: within three rounds more than all of its pages."""

    def links() -> "list[str]":
        return [str(n) if n < before else str(before + (n - before) % length) for n in range(9999)]

    circle = Circle(None)
    followed = next(at for at, link in enumerate(links()) if circle.closes_at(link))
    assert followed <= 3 * (before + length) + 1
