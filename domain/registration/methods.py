"""What counts as an MFA registration, and how often we look for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.enrolment.policy import Policy
from domain.instants import is_recent, later
from domain.plain_text import bounded_line

# https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
# The first five are the seed's; the others are newer and as strong. Of hardware tokens Graph tells
# in its beta alone, so far.
COUNTED = frozenset(
    {
        "phoneAuthenticationMethod",
        "microsoftAuthenticatorAuthenticationMethod",
        "softwareOathAuthenticationMethod",
        "fido2AuthenticationMethod",
        "windowsHelloForBusinessAuthenticationMethod",
        "platformCredentialAuthenticationMethod",
        "externalAuthenticationMethod",
        "hardwareOathAuthenticationMethod",
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

KNOWN = COUNTED | NOT_COUNTED
PASSWORD = "passwordAuthenticationMethod"  # noqa: S105 - the name of a type
SUFFIX = "AuthenticationMethod"
# Names of unknown types go into histories and onto the list: so many, so long.
UNKNOWN_NAMED = 5
LONGEST_NAME = 100

# Looks that nobody waits for may use this share of the allowed rate; the rest is for clicks, and
# for what came together.
ROUTINE_SHARE = 0.5

# So many 404 answers, spread over a day, until a user counts as gone: one proves nothing.
TIMES_MISSING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsSeen:
    """The methods of one user, sorted into what counts, and what we don't know."""

    registered: bool
    unknown: tuple[str, ...] = ()


def classify(methods: Iterable[str], counted: frozenset[str] = COUNTED) -> MethodsSeen:
    """Say whether these types (``phoneAuthenticationMethod``) are an MFA registration.

    An unknown type is reported and counts neither way: alone it leaves the user unregistered.
    Of unknown ones the first few are named.

    Args:
        methods: the types of a user's methods.
        counted: the types that count, some of ``KNOWN``: an organisation's own choice.
    """
    seen = frozenset(methods)
    unknown = sorted({bounded_line(name, LONGEST_NAME) for name in seen - KNOWN})
    return MethodsSeen(registered=bool(seen & counted), unknown=tuple(unknown[:UNKNOWN_NAMED]))


def counted_methods(names: Iterable[str]) -> frozenset[str]:
    """Return the types that are meant, written in any case, with or without the suffix.

    Raises:
        ValueError: a name is no type that we know, or the password, which everybody has. The
            message says which by its place, since a setting's value is never shown.
    """
    full = {known.casefold(): known for known in KNOWN - {PASSWORD}}
    found = set()
    for place, name in enumerate(names, start=1):
        known = full.get(_with_suffix(name.strip().casefold()))
        if known is None:
            can_count = ", ".join(short_name(known) for known in sorted(full.values()))
            raise ValueError(f"name {place} is no method that can count; these are: {can_count}")
        found.add(known)
    return frozenset(found)


def short_name(method: str) -> str:
    """Return a type's name as people say it: ``phone`` for ``phoneAuthenticationMethod``."""
    return method.removesuffix(SUFFIX)


def _with_suffix(name: str) -> str:
    suffix = SUFFIX.casefold()
    return name if name.endswith(suffix) else name + suffix


def stretched_interval(running: int, looks_per_second: float) -> timedelta:
    """Return the shortest interval of routine looks at which so many people don't use the rate up.

    At 5 looks in 10 seconds that is 12 hours for 10,800 people, and in proportion for more.
    """
    return timedelta(seconds=running / (looks_per_second * ROUTINE_SHARE))


def next_poll_in(
    now: datetime,
    *,
    clicked_at: datetime | None,
    policy: Policy,
    chance: float,
    at_least: timedelta = timedelta(0),
) -> timedelta:
    """Return how long to wait until the next look.

    Args:
        now: aware UTC.
        clicked_at: the latest click, after which the looks come quicker.
        policy: the enrolment's.
        chance: a random number from 0 to 1, which spreads the routine looks.
        at_least: how long the interval of routine looks has to be, see ``stretched_interval``.
    """
    if clicked_at is not None:
        for offset in policy.polls_after_click:
            if (due_at := later(clicked_at, offset)) > now:
                return due_at - now
    return max(policy.poll_interval, at_least) * (1 + policy.poll_jitter * (2 * chance - 1))


def first_look_is_due(
    now: datetime, *, read_at: datetime | None, clicked_at: datetime | None, policy: Policy
) -> bool:
    """Say whether a poll that begins looks at once, or as its rhythm says.

    What was read within a minute is the same still, and who has just clicked isn't through yet.
    """
    if is_recent(read_at, now):
        return False
    soon = clicked_at is not None and bool(policy.polls_after_click)
    return not soon or now >= later(clicked_at or now, policy.polls_after_click[0])
