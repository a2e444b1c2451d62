"""What is remembered of opens: bounded in number and time, and of one run of an enrolment."""

from api.outbox.recent_opens import BELIEVED_FOR, RecentOpens


def test_an_open_is_believed_for_a_while() -> None:
    """Then it is looked at anew; one of the same run is believed again, one of another isn't."""
    now = 0.0
    recent = RecentOpens(clock=lambda: now)
    assert recent.note({"token": "run"}) == []
    now = BELIEVED_FOR.total_seconds() - 1
    assert "token" in recent
    now += 1
    assert "token" not in recent
    assert recent.note({"token": "run", "other": "run"}) == ["token"]
    assert "token" in recent
    recent.discard("token")
    assert recent.note({"token": "run"}) == []
    assert recent.note({"token": "another run"}) == []


def test_the_latest_are_remembered() -> None:
    """Beyond the capacity that goes which was noted longest ago."""
    recent = RecentOpens(2)
    for token in ("a", "b", "a", "c"):
        recent.note({token: None})
    assert [token in recent for token in ("a", "b", "c")] == [True, False, True]
    assert len(recent) == 2
