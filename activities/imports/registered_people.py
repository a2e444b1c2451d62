"""Which of many people are registered already, by the tenant's report: no call for each."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cachetools import TTLCache

from domain.failures import NotFound, NotLicensed, PermissionDenied, ServiceUnavailable
from domain.registration.circles import Circle
from domain.registration.methods import COUNTED, classify

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods
    from graph.registration_report import RegistrationReport

KEPT = timedelta(minutes=10)
# Graph denies the licence now and then in tenants that have it, and forgets pages of large ones.
TIMES_REFUSED = 3
# Without the report so many are looked at one by one; a thousand would take half an hour.
LOOKED_AT = 100
_REPORT = "report"


@dataclass(slots=True, kw_only=True)
class _Known:
    """What was read: None where the tenant has no report for us, only looks one by one."""

    in_report: frozenset[str] | None
    looks_left: int = LOOKED_AT


class RegisteredPeople:
    """Reads the registration report once in ten minutes; without it, a few people directly.

    Both go by the pace of ``looks_per_second``: the quota is for the whole app.
    """

    def __init__(
        self,
        *,
        report: "RegistrationReport",
        methods: "AuthenticationMethods",
        looks_per_second: float,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``counted`` are the types of method that are a registration."""
        self._report = report
        self._methods = methods
        self._pause = 1 / looks_per_second
        self._counted = counted
        self._turn = asyncio.Lock()
        self._kept: TTLCache[str, _Known] = TTLCache(1, KEPT.total_seconds())

    async def among(self, object_ids: Collection[str]) -> Mapping[str, bool]:
        """Say of these people whether they are registered; those left out weren't looked at.

        The report lags by hours: good enough for a dry run, and for nothing else.

        Raises:
            RolloutError: Graph can't be read just now.
        """
        async with self._turn:
            known = self._kept.get(_REPORT)
            if known is None:
                known = self._kept[_REPORT] = _Known(in_report=await self._read())
            if known.in_report is not None:
                return {one: one in known.in_report for one in object_ids}
            looked_at = list(object_ids)[: known.looks_left]
            known.looks_left -= len(looked_at)
            looks = {one: await self._look_at(one) for one in looked_at}
            return {one: found for one, found in looks.items() if found is not None}

    async def _read(self) -> frozenset[str] | None:
        found: set[str] = set()
        link: str | None = None
        circle, refusals = Circle(link), 0
        while True:
            try:
                page = await self._report.page(link)
            except (NotLicensed, ServiceUnavailable) as failure:
                if isinstance(failure, ServiceUnavailable):
                    if not failure.is_of_lost_page:
                        raise
                    link, circle = None, Circle(None)
                refusals += 1
                if refusals == TIMES_REFUSED:
                    return None
                await asyncio.sleep(self._pause)
                continue
            except PermissionDenied:
                return None
            found.update(one.object_id for one in page.registered)
            if page.next_link is None:
                return frozenset(found)
            link = page.next_link
            if circle.closes_at(link):
                return None
            await asyncio.sleep(self._pause)

    async def _look_at(self, object_id: str) -> bool | None:
        """Say whether somebody is registered; None for somebody who has left the directory."""
        try:
            methods = await self._methods.methods(object_id)
        except NotFound:
            return None
        finally:
            await asyncio.sleep(self._pause)
        return classify(methods, self._counted).registered
