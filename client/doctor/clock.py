"""This computer's clock beside Microsoft's."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from domain.doctor.checks import Blind, Check, Finding, found
from domain.doctor.clock import judge_clock
from graph.http.transport import open_http


async def look_at_clock(graph_base_url: str, ca_bundle: Path | None) -> Sequence[Finding]:
    """Return the line of the clock, by the header ``Date`` of any answer of Graph's."""
    try:
        async with open_http(ca_bundle) as http:
            asked_at = datetime.now(UTC)
            answer = await http.get(graph_base_url)
            answered_at = datetime.now(UTC)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        return [found(Check.CLOCK, Blind.UNEXPECTED, kind=type(error).__name__)]
    return [judge_clock(asked_at + (answered_at - asked_at) / 2 - theirs)]
