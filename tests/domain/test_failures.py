"""The tree of failures: what passes by itself, and what needs fixing."""

from datetime import timedelta

import pytest

from domain import failures

PASSING = {"TooLate", "AttemptSuperseded", "Throttled", "ServiceUnavailable", "Conflict"}
PERMANENT = {
    "NotFound",
    "UserNotFound",
    "PermissionDenied",
    "SignInFailed",
    "BadRequest",
    "DuplicateValue",
    "NotLicensed",
    "UnexpectedAnswer",
    "TooLarge",
}
CLASSES = {
    name: value
    for name, value in vars(failures).items()
    if isinstance(value, type) and issubclass(value, failures.RolloutError)
}


def test_every_failure_is_one_of_the_two_kinds() -> None:
    """A new failure has to be sorted in: the workflow retries by the kind."""
    assert set(CLASSES) - {"RolloutError", "PassingFailure", "PermanentFailure"} == (
        PASSING | PERMANENT
    )
    for name in PASSING:
        assert issubclass(CLASSES[name], failures.PassingFailure)
    for name in PERMANENT:
        assert issubclass(CLASSES[name], failures.PermanentFailure)


def test_workflows_know_every_failure_by_its_type() -> None:
    """The type that Temporal gets is the name of the class: each has one."""
    assert {str(kind) for kind in failures.FailureType} >= PASSING | PERMANENT


def test_tree_in_the_docstring_is_complete() -> None:
    """The picture at the top of the module names every failure."""
    assert failures.__doc__ is not None
    assert all(name in failures.__doc__ for name in CLASSES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_keeps_what_the_service_said(name: str) -> None:
    """Status, code and wait are kept; the message is what was given."""
    wait = timedelta(seconds=7)
    failure = CLASSES[name]("It says no.", status=429, code="tooMany", retry_after=wait)
    kept = (str(failure), failure.status, failure.code, failure.retry_after)
    assert kept == ("It says no.", 429, "tooMany", wait)


def test_a_failure_keeps_what_the_service_said() -> None:
    """Its text, status and code, and how long it asks to wait."""
    wait = timedelta(seconds=3)
    failure = failures.Throttled("slow down", status=429, code="busy", retry_after=wait)
    assert (str(failure), failure.status, failure.code, failure.retry_after) == (
        *("slow down", 429, "busy"),
        wait,
    )
