"""The memory of signalled tokens: short, and bounded."""

from datetime import timedelta

from api.public.recent_clicks import SignalledTokens


def test_forgets_after_a_while() -> None:
    """A token is known for as long as it is kept, and then no more."""
    now = 0.0
    tokens = SignalledTokens(keep_for=timedelta(minutes=15), clock=lambda: now)
    tokens.add("a")
    now = 15 * 60 - 1
    assert "a" in tokens
    assert "b" not in tokens
    now = 15 * 60
    assert "a" not in tokens


def test_forgets_the_oldest() -> None:
    """Beyond the capacity the token that was signalled longest ago goes."""
    tokens = SignalledTokens(capacity=2)
    for token in ("a", "b", "a", "c"):
        tokens.add(token)
    assert [token in tokens for token in ("a", "b", "c")] == [True, False, True]
