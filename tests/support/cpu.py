"""Ends what would take for ever, by the CPU that it has used: busy machines are no reason."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooMuchCpu(Exception):
    """More CPU was used than may be."""


@contextmanager
def at_most_cpu(seconds: float) -> Iterator[None]:
    """Raise ``TooMuchCpu`` once this process has used so much; in its main thread alone."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TooMuchCpu

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
