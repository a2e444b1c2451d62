"""The one place that tells Temporal which failures pass: domain failures become its own.

A ``PassingFailure`` is retried by Temporal, after the delay that the service named; a
``PermanentFailure`` is not, and the workflow decides what becomes of it. The type of the
``ApplicationError`` is the name of the failure's class, one of ``FailureType``.
"""

from datetime import timedelta
from typing import Any

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.failures import FailureType, PassingFailure, PermanentFailure, RolloutError


def as_application_error(failure: RolloutError) -> ApplicationError:
    """Return the failure as Temporal knows it; BENIGN where it will pass: no error to log."""
    passing = isinstance(failure, PassingFailure)
    return ApplicationError(
        str(failure),
        type=type(failure).__name__,
        non_retryable=not passing,
        next_retry_delay=failure.retry_after,
        category=(
            ApplicationErrorCategory.BENIGN if passing else ApplicationErrorCategory.UNSPECIFIED
        ),
    )


def waiting(message: str, *, type: FailureType, **delay: Any) -> ApplicationError:
    """Return the failure by which a polling activity asks to be called again later."""
    return ApplicationError(message, type=type, category=ApplicationErrorCategory.BENIGN, **delay)


def until_fixed(failure: PermanentFailure, delay: timedelta) -> ApplicationError:
    """Return a failure that somebody has to act on, for an activity that waits for that itself."""
    return ApplicationError(str(failure), type=type(failure).__name__, next_retry_delay=delay)


def failure_type(error: BaseException | None) -> FailureType | None:
    """Return what kind of failure an activity's error was caused by, None for none of ours.

    Args:
        error: the ``cause`` of Temporal's ``ActivityError``.
    """
    try:
        return FailureType(error.type or "") if isinstance(error, ApplicationError) else None
    except ValueError:
        return None


def words_of(error: BaseException | None) -> str:
    """Return what an error says, without the type with which Temporal's begin as text."""
    return error.message if isinstance(error, FailureError) else str(error)


def innermost_message(error: BaseException | None) -> str:
    """Return the message of the failure that caused all others, without its type's name.

    Args:
        error: the ``cause`` of a ``WorkflowFailureError``.
    """
    while isinstance(error, FailureError) and error.cause is not None:
        error = error.cause
    return words_of(error)


class BriefFailureConverter(DefaultFailureConverter):
    """Leaves out where in the code a failure was raised that is none, such as *not registered yet*.

    Such a failure ends each look at a person, and to write down its stack costs more than the look.
    """

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """Write a failure down."""
        if (
            isinstance(exception, ApplicationError)
            and exception.category is ApplicationErrorCategory.BENIGN
        ):
            exception.__traceback__ = None
        super().to_failure(exception, payload_converter, failure)


class FailureInterceptor(Interceptor):
    """Translates what leaves an activity; every worker and every test of activities has it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the translation around the activity."""
        return _Translation(next)


class _Translation(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except RolloutError as failure:
            # The chain is cut: an HTTP client's exception may hold an address or a token.
            raise as_application_error(failure) from None
