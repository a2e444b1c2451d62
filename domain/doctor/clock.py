"""How far this computer's clock may be from Microsoft's."""

from datetime import timedelta

from domain.doctor.checks import Check, Fault, Finding, Good, found

# A token counts from the second in which it was made, with five minutes to spare at best.
FARTHEST = timedelta(minutes=1)


def judge_clock(ahead: timedelta) -> Finding:
    """Return the line of a clock that is so far ahead of Microsoft's; behind, if negative."""
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= FARTHEST:
        return found(Check.CLOCK, Good.CLOCK, seconds=seconds)
    side = "ahead of" if ahead > timedelta(0) else "behind"
    return found(Check.CLOCK, Fault.CLOCK, seconds=seconds, side=side)
