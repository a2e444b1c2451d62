"""What clicks and opened mails cost the API."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from bench.http_load import connections, get, post, send_all, send_paced
from bench.people import token_of
from bench.process_use import ProcessUse
from bench.rows import Measured, RowName, percentile, ratio
from bench.sizes import PACED_PER_SECOND, SLICES, Size
from bench.stand import Stand
from client.enrolments import describe_enrolment, tell_enrolment
from domain.enrolment.messages import LinkClicked
from domain.tables.enrolment import EnrolmentRecord

AT_ONCE = 16
WARM_UP = 100
CLICKS_TO_WARM_UP = 32
OPEN_SLICES = 10
_PERCENT = tuple(one / 100 for one in range(100))


async def measure_clicks(
    stand: Stand, size: Size, started: Sequence[EnrolmentRecord]
) -> list[Measured]:
    """Let people press the button over HTTP, in turn with a bare describe and signal of others.

    Their enrolments run, and nobody works on them.
    """
    url = f"{stand.layout.api}/api/enrol"
    warm, started = started[:CLICKS_TO_WARM_UP], started[CLICKS_TO_WARM_UP:]
    number = min(size.clicks, len(started) // 2)
    part = number // SLICES
    first, ours = (
        [
            post(url, place, f"token={token_of(stand, row.object_id)}".encode())
            for place, row in enumerate(some)
        ]
        for some in (warm, started[:number])
    )
    others = [row.object_id for row in started[number : 2 * number]]
    taken = {"ours": 0.0, "bare": 0.0}
    async with connections(stand.layout.api, AT_ONCE) as opened:
        # The yardstick's connection to Temporal is open, and its code is loaded.
        await send_all(opened, first)
        for begin in range(0, part * SLICES, part):
            taken["ours"] += await send_all(opened, ours[begin : begin + part])
            taken["bare"] += await _tell_all(stand, others[begin : begin + part])
    clicks = part * SLICES
    return [
        ratio(
            RowName.CLICKS,
            ours=clicks / taken["ours"],
            beside=clicks / taken["bare"],
            measured_in="a second",
        )
    ]


async def _tell_all(stand: Stand, object_ids: Sequence[str]) -> float:
    waiting = iter(object_ids)

    async def work() -> None:
        for one in waiting:
            await describe_enrolment(stand.client, one)
            event = LinkClicked(event_id=str(uuid4()), at=datetime.now(UTC))
            await tell_enrolment(stand.client, one, event)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - begun


async def measure_opens(
    stand: Stand, size: Size, invited: Sequence[EnrolmentRecord]
) -> list[Measured]:
    """Load pixels of an API that can't reach Temporal, so that only the keeping is counted.

    The yardstick is the same pixel without a token: the same process answers it, and keeps nothing.
    CPU is read when the process has nothing left to do, since opens are sorted behind the answer.
    Then opens come on one connection at an even rate, and the time of each is taken.
    """
    paced = size.paced_seconds * PACED_PER_SECOND
    async with stand.api_without_temporal() as (url, use):
        pixel = f"{url}/api/track-open"
        requests = [
            get(f"{pixel}?token={token_of(stand, row.object_id)}", place)
            for place, row in enumerate(invited[: size.hits + paced + WARM_UP])
        ]
        warm, hits, late = (
            requests[:WARM_UP],
            requests[WARM_UP:-paced],
            requests[-paced:],
        )
        empty = [get(pixel, place) for place in range(len(hits))]
        part = len(hits) // OPEN_SLICES
        used = {"ours": 0.0, "bare": 0.0}
        for some in (warm, empty[:WARM_UP]):
            await _cpu_of(url, use, some)
        for begin in range(0, part * OPEN_SLICES, part):
            for kind, some in (("ours", hits), ("bare", empty)):
                used[kind] += await _cpu_of(url, use, some[begin : begin + part])
        async with connections(url, 1) as opened:
            taken = await send_paced(opened[0], late, PACED_PER_SECOND)
    ours, bare = (used[kind] / (part * OPEN_SLICES) * 1e6 for kind in ("ours", "bare"))
    return [
        ratio(RowName.OPENS, ours=ours, beside=bare, measured_in="µs", less_is_better=True),
        Measured(name=RowName.OPEN_CPU, figure=ours, ours=ours, beside=bare, measured_in="µs"),
        Measured(
            name=RowName.OPEN_LATENCY,
            figure=percentile(taken, 0.99) * 1000,
            ours=percentile(taken, 0.99) * 1000,
            measured_in="ms",
            series=[percentile(taken, share) * 1000 for share in _PERCENT],
        ),
    ]


async def _cpu_of(url: str, use: ProcessUse, requests: Sequence[bytes]) -> float:
    """Return the seconds of CPU for pixels, and for what is done behind the last answer."""
    async with connections(url, AT_ONCE) as opened:
        # Of a connection's opening nothing is counted.
        await send_all(opened, [get(f"{url}/api/track-open", 0)] * AT_ONCE)
        before = await use.cpu_when_quiet()
        await send_all(opened, requests)
        return await use.cpu_when_quiet() - before
