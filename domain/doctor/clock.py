"""What is a matter of time: this computer's clock, and the app's certificate."""

from datetime import datetime, timedelta

from domain.doctor.checks import Check, Fault, Finding, Good, found

# A token counts from the second in which it was made, with five minutes to spare at best.
FARTHEST = timedelta(minutes=1)
RENEW_BEFORE = timedelta(days=30)


def judge_clock(ahead: timedelta) -> Finding:
    """Return the line of a clock that is so far ahead of Microsoft's; behind, if negative."""
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= FARTHEST:
        return found(Check.CLOCK, Good.CLOCK, seconds=seconds)
    side = "ahead of" if ahead > timedelta(0) else "behind"
    return found(Check.CLOCK, Fault.CLOCK, seconds=seconds, side=side)


def judge_certificate(expires_at: datetime, *, now: datetime, client_id: str) -> Finding:
    """Return the line of the app's certificate: a month before it expires it needs fixing."""
    soon = expires_at - now < RENEW_BEFORE
    what = Fault.CERTIFICATE_EXPIRES if soon else Good.CERTIFICATE
    return found(Check.CERTIFICATE, what, day=f"{expires_at:%d %b %Y}", client_id=client_id)
