"""What an import would make of people, and the obstacles ahead of them. Reads only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from activities.concurrency import all_of
from activities.imports.active_rows import ActiveRows
from activities.imports.enrolment_starter import EnrolmentStarter, RestartRules
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import ResolvedRow
from domain.failures import NotFound
from domain.imports.reasons import RowReason
from domain.imports.report import Forecast, PersonResult, StartOutcome
from domain.person import mail_address

if TYPE_CHECKING:
    from graph.directory import Directory


class DryRun:
    """Looks up what an import would do with the people that its rows mean."""

    def __init__(
        self,
        *,
        starter: EnrolmentStarter,
        directory: "Directory",
        registered: RegisteredPeople,
        tenant_domains: frozenset[str],
    ) -> None:
        """Take the clients; in ``tenant_domains`` a UPN is a mail address, too."""
        self._starter = starter
        self._directory = directory
        self._registered = registered
        self._tenant_domains = tenant_domains

    async def look_up(
        self, people: Sequence[ResolvedRow], restart: RestartRules, active: ActiveRows
    ) -> list[PersonResult]:
        """Return what would become of these people, in their order.

        Raises:
            RolloutError: directory, list or registrations can't be read.
        """
        outcomes = await all_of(self._outcome(one, restart, active) for one in people)
        results = list(zip(people, outcomes, strict=True))
        registered = await self._registered.among(
            [one.person.object_id for one, outcome in results if outcome is StartOutcome.STARTED]
        )
        return await all_of(
            self._result(one, outcome, registered.get(one.person.object_id))
            for one, outcome in results
        )

    async def _outcome(
        self, row: ResolvedRow, restart: RestartRules, active: ActiveRows
    ) -> StartOutcome:
        was_cancelled = active.was_cancelled(row.person)
        outcome = await self._starter.look_up(row.person, restart, was_cancelled=was_cancelled)
        if outcome is not StartOutcome.STARTED or restart.active:
            return outcome
        return StartOutcome.ALREADY_ACTIVE if await active.hold(row.person) else outcome

    async def _result(
        self, row: ResolvedRow, outcome: StartOutcome, registered: bool | None
    ) -> PersonResult:
        if outcome is not StartOutcome.STARTED:
            return PersonResult(line=row.line, outcome=outcome)
        if registered:
            forecast = Forecast(registered=True)
            return PersonResult(line=row.line, outcome=outcome, forecast=forecast)
        remarks = []
        if not row.person.account_enabled:
            remarks.append(RowReason.DISABLED)
        if mail_address(row.person, self._tenant_domains) is None:
            remarks.append(RowReason.NO_MAIL)
        if not await self._has_manager(row):
            remarks.append(RowReason.NO_MANAGER)
        forecast = Forecast(registered=registered, remarks=tuple(remarks))
        return PersonResult(line=row.line, outcome=outcome, forecast=forecast)

    async def _has_manager(self, row: ResolvedRow) -> bool:
        if row.has_manager is not None:
            return row.has_manager
        try:
            return await self._directory.manager(row.person.object_id) is not None
        except NotFound:
            # Gone since the row was resolved, and so no case for a remark about managers.
            return True
