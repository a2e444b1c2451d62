"""How an activity's failure is told to Temporal, and read again by the workflow."""

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.failures import FailureType, NotFound, PermissionDenied, Throttled
from temporal.connect import DATA_CONVERTER
from temporal.failures import as_application_error, failure_type, innermost_message, waiting


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (as_application_error(NotFound("The list is gone.")), FailureType.NOT_FOUND),
        (as_application_error(Throttled("Too many.")), FailureType.THROTTLED),
        (waiting("Not yet.", type=FailureType.NOT_REGISTERED), FailureType.NOT_REGISTERED),
        (ApplicationError("Somebody else's.", type="ValueError"), None),
        (ApplicationError("Without a type."), None),
        (ValueError("NotFound"), None),
        (None, None),
    ],
)
def test_a_failure_is_known_by_its_type(
    error: BaseException | None, kind: FailureType | None
) -> None:
    """Whatever the message says, the type tells; errors that aren't ours have none."""
    assert failure_type(error) is kind


def test_the_innermost_message_has_no_type_before_it() -> None:
    """Of a chain of failures the last one's words are shown, not the name of its class."""
    cause = as_application_error(PermissionDenied("Grant Sites.Selected."))
    failure = ApplicationError("Activity task failed")
    failure.__cause__ = cause
    assert innermost_message(failure) == "Grant Sites.Selected."


@pytest.mark.parametrize(
    ("category", "has_stack"),
    [
        (ApplicationErrorCategory.BENIGN, False),
        (ApplicationErrorCategory.UNSPECIFIED, True),
    ],
)
async def test_what_only_waits_has_no_stack(
    category: ApplicationErrorCategory, has_stack: bool
) -> None:
    """A look that found nothing yet is told in a sentence, and a failure with where it happened."""

    def look() -> None:
        raise ApplicationError("nothing yet", type="NotRegistered", category=category)

    failure = Failure()
    with pytest.raises(ApplicationError) as raised:
        look()
    await DATA_CONVERTER.encode_failure(raised.value, failure)
    assert failure.message == "nothing yet"
    assert ("test_failures" in failure.stack_trace) is has_stack
