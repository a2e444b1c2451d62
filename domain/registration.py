"""What counts as an MFA registration, and how often we look for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.policy import Policy

# https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
# The first five are the seed's; the other two are newer and as strong.
COUNTED = frozenset(
    {
        "phoneAuthenticationMethod",
        "microsoftAuthenticatorAuthenticationMethod",
        "softwareOathAuthenticationMethod",
        "fido2AuthenticationMethod",
        "windowsHelloForBusinessAuthenticationMethod",
        "platformCredentialAuthenticationMethod",
        "externalAuthenticationMethod",
    }
)
# A password alone is no MFA (seed); e-mail resets passwords; a temporary access pass is a way in,
# not a registration; a QR code is a single factor.
NOT_COUNTED = frozenset(
    {
        "passwordAuthenticationMethod",
        "emailAuthenticationMethod",
        "temporaryAccessPassAuthenticationMethod",
        "qrCodePinAuthenticationMethod",
    }
)

# So many 404 answers, spread over a day, until a user counts as gone: one proves nothing.
TIMES_MISSING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsSeen:
    """The methods of one user, sorted into what counts, and what we don't know."""

    registered: bool
    unknown: tuple[str, ...] = ()


def classify(methods: Iterable[str]) -> MethodsSeen:
    """Say whether these types (``phoneAuthenticationMethod``) are an MFA registration.

    An unknown type is reported and counts neither way: alone it leaves the user unregistered.
    """
    seen = frozenset(methods)
    return MethodsSeen(
        registered=bool(seen & COUNTED),
        unknown=tuple(sorted(seen - COUNTED - NOT_COUNTED)),
    )


def next_poll_in(
    now: datetime, *, clicked_at: datetime | None, policy: Policy, chance: float
) -> timedelta:
    """Return how long to wait until the next look.

    Args:
        now: aware UTC.
        clicked_at: the latest click, after which the looks come quicker.
        policy: the enrolment's.
        chance: a random number from 0 to 1, which spreads the routine looks.
    """
    if clicked_at is not None:
        for offset in policy.polls_after_click:
            if clicked_at + offset > now:
                return clicked_at + offset - now
    return policy.poll_interval * (1 + policy.poll_jitter * (2 * chance - 1))
