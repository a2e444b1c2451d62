"""Plays a forecast in a process of its own, so that nobody else waits for the interpreter.

``python -m`` this reads a pickled situation and its rates on standard input, and writes the
forecast to standard output. Both ends are this program, and nothing of it is kept.
"""

import asyncio
import os
import pickle
import sys
from datetime import timedelta
from typing import BinaryIO

from client.processes.answer import answer_of
from domain.forecast.forecast import Situation, forecast
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast

_TURNS = asyncio.Semaphore(2)


class ForecastTakesTooLong(Exception):
    """A forecast wasn't there in time, and was given up."""


async def play(situation: Situation, rates: Rates, *, within: timedelta | None = None) -> Forecast:
    """Return the forecast of a situation; two are made at a time, and others wait for their turn.

    Args:
        situation: where everybody stands.
        rates: what people do after each mail.
        within: how long it may take, the wait for its turn included; None for as long as it takes.

    Raises:
        ForecastTakesTooLong: it took longer.
    """
    seconds = None if within is None else within.total_seconds()
    try:
        async with asyncio.timeout(seconds), _TURNS:
            answer, code = await answer_of(__name__, pickle.dumps((situation, rates)))
    except TimeoutError:
        raise ForecastTakesTooLong from None
    if code:
        raise RuntimeError("the process that plays forecasts has failed")
    made: Forecast = pickle.loads(answer)  # noqa: S301 - our own code has written it
    return made


def _main(source: BinaryIO, out: BinaryIO) -> None:
    situation, rates = pickle.load(source)  # noqa: S301 - our own code has written it
    pickle.dump(forecast(situation, rates), out)


if __name__ == "__main__":
    # People who open a link come first.
    os.nice(10)
    _main(sys.stdin.buffer, sys.stdout.buffer)
