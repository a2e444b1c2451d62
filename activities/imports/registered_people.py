"""Who of many is registered already, without a call for each: by the tenant's report."""

import asyncio
import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.enrolment.registration import COUNTED, classify
from domain.failures import NotLicensed, PermissionDenied

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods
    from graph.registration_report import RegistrationReport

KEPT = timedelta(minutes=10)
TIMES_UNLICENSED = 3
# Without the report so many are looked at one by one; a thousand would take half an hour.
LOOKED_AT = 100


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
        # None where the tenant has no report for us.
        self._registered: frozenset[str] | None = None
        self._good_until = 0.0
        self._looks_left = 0

    async def among(self, object_ids: Collection[str]) -> Mapping[str, bool]:
        """Say of these people whether they are registered; who is left out wasn't looked at.

        The report lags by hours: good enough to foresee an import, and for nothing else.

        Raises:
            RolloutError: Graph can't be read just now.
        """
        async with self._turn:
            if time.monotonic() >= self._good_until:
                self._registered = await self._read()
                self._looks_left = LOOKED_AT
                self._good_until = time.monotonic() + KEPT.total_seconds()
            if self._registered is not None:
                return {one: one in self._registered for one in object_ids}
            looked_at = list(object_ids)[: self._looks_left]
            self._looks_left -= len(looked_at)
            return {one: await self._look_at(one) for one in looked_at}

    async def _read(self) -> frozenset[str] | None:
        found: set[str] = set()
        link, refusals = None, 0
        while True:
            try:
                page = await self._report.page(link)
            except NotLicensed:
                # Graph denies the licence now and then in tenants that have it.
                refusals += 1
                if refusals == TIMES_UNLICENSED:
                    return None
                await asyncio.sleep(self._pause)
                continue
            except PermissionDenied:
                return None
            found.update(one.object_id for one in page.registered)
            if page.next_link is None:
                return frozenset(found)
            link = page.next_link
            await asyncio.sleep(self._pause)

    async def _look_at(self, object_id: str) -> bool:
        methods = await self._methods.methods(object_id)
        await asyncio.sleep(self._pause)
        return classify(methods, self._counted).registered
