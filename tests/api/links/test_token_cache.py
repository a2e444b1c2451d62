"""What is kept about tokens: for a while, and not more of them than allowed."""

from datetime import timedelta

from api.links.token_cache import TokenCache


def test_forgets_after_a_while() -> None:
    """A token is known for as long as it is kept, and then no more."""
    now = 0.0
    tokens: TokenCache[int] = TokenCache(timedelta(minutes=15), clock=lambda: now)
    tokens.add("a", 1)
    now = 15 * 60 - 1
    assert tokens.get("a") == 1
    assert tokens.get("b") is None
    now = 15 * 60
    assert tokens.get("a") is None


def test_a_new_value_is_kept_as_long_as_the_first() -> None:
    """A token that is added again is kept from then on, with its new value."""
    now = 0.0
    tokens: TokenCache[int] = TokenCache(timedelta(seconds=10), clock=lambda: now)
    tokens.add("a", 1)
    now = 9
    tokens.add("a", 2)
    now = 18
    assert tokens.get("a") == 2


def test_forgets_what_is_not_used() -> None:
    """Beyond the capacity the token goes that was used longest ago."""
    tokens: TokenCache[bool] = TokenCache(timedelta(minutes=1), capacity=2)
    for token in ("a", "b", "a", "c"):
        tokens.add(token, value=True)
    assert [tokens.get(token) for token in ("a", "b", "c")] == [True, None, True]
