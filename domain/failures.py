"""Every way in which an outside call may fail, and which pass by themselves. The only place.

::

    RolloutError
    ├── PassingFailure            worth another try, after ``retry_after`` if the service named it
    │   ├── Throttled             429, or 503 with Retry-After
    │   ├── ServiceUnavailable    5xx, no connection, no answer in time
    │   ├── AttemptSuperseded     another attempt of the same mail has taken it over
    │   ├── TooLate               a request that had to begin at once could not, and wasn't made
    │   └── Conflict              409, 412, "Save Conflict": read again, then retry
    └── PermanentFailure          the same call would fail again: somebody has to act
        ├── NotFound              404: the thing isn't there
        │   └── UserNotFound      the directory doesn't know the user, and didn't for a day
        ├── PermissionDenied      403: consent, role or site grant is missing
        │   └── NotLicensed       the tenant or its cloud lacks it, or says so for a moment
        ├── SignInFailed          no token: wrong tenant, client id, secret or certificate
        ├── BadRequest            400: the service refuses what we sent
        │   └── DuplicateValue    a unique column already holds this value
        └── UnexpectedAnswer      an answer that this version doesn't understand
            └── TooLarge          an answer larger than what we ask for can be

Messages name the thing and the remedy, and never a token, an address or a secret: they are shown
in the Temporal UI, on the tracking list and in logs. ``code`` is the service's own error code.

Nothing is decided by a message. A workflow sees a failure as its ``FailureType``.
"""

from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus


class FailureType(StrEnum):
    """What a failed activity tells its workflow: the ``type`` of Temporal's ``ApplicationError``.

    The first block is the classes of the tree, by name. The second is how polling activities say
    that it isn't so yet, or that there is something to tell.
    """

    THROTTLED = "Throttled"
    SERVICE_UNAVAILABLE = "ServiceUnavailable"
    CONFLICT = "Conflict"
    ATTEMPT_SUPERSEDED = "AttemptSuperseded"
    TOO_LATE = "TooLate"
    DATABASE_UNAVAILABLE = "DatabaseUnavailable"
    NOT_FOUND = "NotFound"
    USER_NOT_FOUND = "UserNotFound"
    PERMISSION_DENIED = "PermissionDenied"
    NOT_LICENSED = "NotLicensed"
    SIGN_IN_FAILED = "SignInFailed"
    BAD_REQUEST = "BadRequest"
    DUPLICATE_VALUE = "DuplicateValue"
    UNEXPECTED_ANSWER = "UnexpectedAnswer"
    TOO_LARGE = "TooLarge"

    USER_MISSING = "UserMissing"
    NOT_REGISTERED = "NotRegistered"
    UNKNOWN_METHODS = "UnknownMethods"
    STILL_DISABLED = "StillDisabled"
    MAIL_STOPPED = "MailStopped"
    MAIL_WAITS = "MailWaits"
    IN_TRANSIT = "InTransit"
    PROBE_NOT_ARRIVED = "ProbeNotArrived"
    WRONG_CLOCK = "WrongClock"


class RolloutError(Exception):
    """Anything that an outside service did to us."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        retry_after: timedelta | None = None,
    ) -> None:
        """Keep what the service said: HTTP status, error code, and how long to wait."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class PassingFailure(RolloutError):
    """It may work later; nothing has to be changed by anybody."""


class Throttled(PassingFailure):
    """The service asks us to slow down."""


class ServiceUnavailable(PassingFailure):
    """The service failed or didn't answer; what we asked may have been done all the same."""

    @property
    def is_of_lost_page(self) -> bool:
        """Return True where the link to a next page leads nowhere: begin with the first page."""
        return self.status == HTTPStatus.BAD_REQUEST


class Conflict(PassingFailure):
    """Somebody else changed the thing between our reading and our writing."""


class PermanentFailure(RolloutError):
    """It will not work until somebody acts."""


class NotFound(PermanentFailure):
    """The thing that the call names does not exist."""


class UserNotFound(NotFound):
    """The directory doesn't know the user, and one look isn't all that says so."""


class PermissionDenied(PermanentFailure):
    """The app may not do this."""


class NotLicensed(PermissionDenied):
    """The tenant has no Entra ID P1 or P2, or says so for a moment; or its cloud lacks a thing."""


class SignInFailed(PermanentFailure):
    """Entra ID gave no token."""


class BadRequest(PermanentFailure):
    """The service refuses the request as it is."""


class DuplicateValue(BadRequest):
    """A unique column of the list already holds the value."""


class AttemptSuperseded(PassingFailure):
    """Another attempt has taken the same mail over; this one stops without touching anything."""


class TooLate(PassingFailure):
    """A request that had to begin at once could not, and was not made."""


class UnexpectedAnswer(PermanentFailure):
    """The answer has a form that we don't know."""


class TooLarge(UnexpectedAnswer):
    """The answer is larger than what we ask for can be."""


# The names of all failures that last until somebody acts.
NEEDS_ADMIN = frozenset(
    {
        "PermanentFailure",
        FailureType.NOT_FOUND,
        FailureType.PERMISSION_DENIED,
        FailureType.NOT_LICENSED,
        FailureType.SIGN_IN_FAILED,
        FailureType.BAD_REQUEST,
        FailureType.DUPLICATE_VALUE,
        FailureType.UNEXPECTED_ANSWER,
        FailureType.TOO_LARGE,
    }
)
