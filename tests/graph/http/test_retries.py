"""A call repeats itself only while that is harmless and quick."""

from datetime import timedelta

import pytest

from domain.failures import (
    BadRequest,
    Conflict,
    NotFound,
    RolloutError,
    ServiceUnavailable,
    Throttled,
)
from graph.http.retries import Patience, Retries

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failure", "of_idempotent", "of_other"),
    [
        (Throttled("", retry_after=SECOND), True, True),
        (ServiceUnavailable("", retry_after=SECOND), True, False),
        (Conflict(""), False, False),
        (NotFound(""), False, False),
        (BadRequest(""), False, False),
    ],
)
def test_only_harmless_repetitions_are_made(
    failure: RolloutError, of_idempotent: bool, of_other: bool
) -> None:
    """What may have been done already is repeated only where twice is the same as once."""
    assert (Retries(Patience(), idempotent=True).pause_after(failure) is not None) is of_idempotent
    assert (Retries(Patience(), idempotent=False).pause_after(failure) is not None) is of_other


def test_what_was_never_sent_may_be_repeated() -> None:
    """Without a connection nothing was done, so any call may try again."""
    retries = Retries(Patience(), idempotent=False)

    assert retries.pause_after(ServiceUnavailable(""), unsent=True) is not None


def test_a_timeout_is_not_repeated() -> None:
    """Waiting in vain once is enough; Temporal tries again later."""
    assert (
        Retries(Patience(), idempotent=True).pause_after(ServiceUnavailable(""), timed_out=True)
        is None
    )


def test_the_named_wait_is_obeyed_up_to_the_bound() -> None:
    """A short wait is waited exactly; a longer one is left to the caller."""
    patience = Patience(longest_wait=5 * SECOND)
    short, long = (Throttled("", retry_after=wait * SECOND) for wait in (5, 5.1))

    assert Retries(patience, idempotent=True).pause_after(short) == 5 * SECOND
    assert Retries(patience, idempotent=True).pause_after(long) is None


def test_the_sum_of_waits_is_bounded() -> None:
    """Waits that are short each by themselves end when they are long together."""
    retries = Retries(Patience(attempts=9, longest_total=8 * SECOND), idempotent=True)
    throttled = Throttled("", retry_after=3 * SECOND)

    assert [retries.pause_after(throttled) for _ in range(3)] == [3 * SECOND, 3 * SECOND, None]


def test_the_number_of_tries_is_bounded() -> None:
    """The third failure is the last."""
    retries = Retries(Patience(attempts=3), idempotent=True)
    throttled = Throttled("", retry_after=timedelta())

    assert [retries.pause_after(throttled) for _ in range(3)] == [timedelta(), timedelta(), None]


def test_without_a_named_wait_the_backoff_grows() -> None:
    """Waits double, each shortened by a jitter of at most a half."""
    retries = Retries(Patience(attempts=9, first_backoff=SECOND), idempotent=True)
    first, second = (retries.pause_after(Throttled("")) for _ in range(2))

    assert first is not None
    assert second is not None
    assert SECOND / 2 <= first <= SECOND
    assert SECOND <= second <= 2 * SECOND
