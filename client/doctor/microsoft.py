"""The way to Microsoft, and this computer's clock beside Microsoft's."""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from domain.doctor.checks import Blind, Check, Fault, Finding, Good, after, found
from domain.doctor.clock import judge_clock
from domain.instants import read_http_date
from domain.microsoft.connection import HttpOptions
from graph.http.answers import no_answer
from graph.http.errors import Purpose
from graph.http.transport import open_http

_REACH = Purpose(doing="reach Microsoft Graph", grant="", absent="")


async def look_at_way(graph_base_url: str, options: HttpOptions) -> Sequence[Finding]:
    """Return the lines of the way to Graph and of the clock, by the header ``Date`` of any answer.

    It is asked without a token, so the answer is a refusal; that will do.
    """
    try:
        async with open_http(options) as http:
            asked_at = datetime.now(UTC)
            answer = await http.get(graph_base_url)
            answered_at = datetime.now(UTC)
    except httpx.HTTPError as error:
        reached = found(Check.MICROSOFT, Fault.MICROSOFT, sentence=no_answer(error, _REACH))
        return [reached, after(Check.CLOCK, Check.MICROSOFT)]
    reached = found(Check.MICROSOFT, Good.MICROSOFT)
    theirs = read_http_date(answer.headers.get("Date", ""))
    if theirs is None:
        return [reached, found(Check.CLOCK, Blind.NOT_OFFERED)]
    return [reached, judge_clock(asked_at + (answered_at - asked_at) / 2 - theirs)]
