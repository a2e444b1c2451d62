"""Starting the enrolments of one part of an import, or saying what that would do."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client

from activities.concurrency import all_of
from activities.enrolment.exclusions import Exclusions
from activities.imports.active_rows import ActiveRows, Held, held_up
from activities.imports.dry_run import DryRun
from activities.imports.enrolment_starter import EnrolmentStarter
from activities.imports.part import (
    IN_FLIGHT,
    PartInput,
    PartState,
    SortedRows,
    resume_from_heartbeat,
)
from activities.imports.part_record import PartRecord
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import ResolvedRow, RowResolver
from activities.imports.unknown_rows import note_unknown
from domain.enrolment.state import EnrolmentInput, LookedUp
from domain.failures import PassingFailure, PermanentFailure, RolloutError
from domain.imports.reasons import RowReason
from domain.imports.report import ImportReport, PersonResult
from domain.imports.rows import ReportedRow, Row
from domain.registration.methods import COUNTED, classify
from domain.tables.imports import ImportState
from temporal.failures import until_fixed

if TYPE_CHECKING:
    from database.enrolments.known_people import KnownPeople
    from database.imports.records import ImportRecords
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory, Listed
    from graph.tracking_list import TrackingList

# Intake reads the methods itself where they don't come; nobody's start waits longer for them.
METHODS_WITHIN = timedelta(seconds=2)


class ImportActivities:
    """Resolves rows to people, and starts them."""

    def __init__(
        self,
        *,
        client: Client,
        directory: "Directory",
        methods: "AuthenticationMethods",
        tracking_list: "TrackingList",
        records: "ImportRecords",
        known: "KnownPeople",
        exclusions: Exclusions,
        registered: RegisteredPeople,
        tenant_domains: frozenset[str],
        guests: bool = False,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients.

        Args:
            client: Temporal's.
            directory: of the tenant.
            methods: of people who are new, or whose rows say ``Active``.
            tracking_list: where unknown rows are noted.
            records: where the report is written.
            known: who is in our tables.
            exclusions: who is left alone.
            registered: for dry runs, who is registered already.
            tenant_domains: for dry runs, where a UPN is a mail address, too.
            guests: whether guests of the tenant are enrolled.
            counted: the types of method that are a registration.
        """
        self._list = tracking_list
        self._records = records
        self._known = known
        # A dry run wants to know of everybody whether they have a manager.
        self._importing, self._looking_up = (
            RowResolver(
                directory=directory, exclusions=exclusions, guests=guests, with_managers=dry_run
            )
            for dry_run in (False, True)
        )
        self._methods, self._counted = methods, counted
        self._starter = EnrolmentStarter(client=client, methods=methods, counted=counted)
        self._dry_run = DryRun(
            starter=self._starter,
            directory=directory,
            registered=registered,
            tenant_domains=tenant_domains,
        )
        # Of all parts together, however many there are at once.
        self._turns = asyncio.Semaphore(IN_FLIGHT)

    @activity.defn
    async def start_enrolments(self, input: PartInput) -> ImportReport:
        """Start an enrolment for every row that means somebody, 25 at a time.

        A dry run looks up what that would do, and starts nobody. Resumes behind the last heartbeat.
        Idempotent: a workflow id is a person's, and an enrolment that an earlier attempt of this
        part started is reported as started. What became of the rows is written to our tables on the
        way. Nobody's start waits for the database; only the end of the part does. While the list
        can't be read, only those wait whom the tables don't tell apart.

        Raises:
            DatabaseUnavailable: all are started, and the tables don't say so yet; retried.
            PermanentFailure: somebody has to act before the part can go on; retried hourly. A dry
                run isn't.
        """
        state = resume_from_heartbeat(input)
        record = PartRecord(self._records, input)
        try:
            await self._work(input, state, record)
        except PermanentFailure as failure:
            if input.dry_run:
                with suppress(RolloutError):
                    await record.end(state.report, state.lines, ImportState.FAILED, failure)
                raise
            await record.update(state.report, state.lines, ImportState.WAITING, failure)
            raise until_fixed(failure, input.policy.retry_blocked) from None
        except RolloutError as failure:
            await record.update(state.report, state.lines, trouble=failure)
            raise
        await record.end(state.report, state.lines, ImportState.DONE)
        return state.report.in_order()

    async def _work(self, input: PartInput, state: PartState, record: PartRecord) -> None:
        """Go through the rows that aren't in the report yet, then again through those held."""
        state.tell()
        await record.update(state.report, state.lines)
        resolver = self._looking_up if input.dry_run else self._importing
        held_before = frozenset(state.held)
        again = [row for row in input.rows if row.line in held_before]
        to_do = [*input.rows[state.report.rows_done :], *again]
        known = await resolver.read_ahead(to_do)
        active = ActiveRows(self._list, self._known, people=len(to_do), batch_id=input.batch_id)
        last_held: Held | None = None
        for begin in range(0, len(to_do), IN_FLIGHT):
            rows = to_do[begin : begin + IN_FLIGHT]
            looked_up = await all_of(self._resolve(resolver, row, known, input) for row in rows)
            held = [one for one in looked_up if isinstance(one, Held)]
            resolved = [one for one in looked_up if not isinstance(one, Held)]
            mine = {one for one, line in state.lines.items() if line in held_before}
            earlier = {one: line for one, line in state.lines.items() if one not in mine}
            found = SortedRows.of(resolved, earlier)
            if not input.dry_run:
                found.reject_erased(await self._erased(found, input))
            await active.look_up([one.person for one in found.people])
            if input.dry_run:
                results = await self._dry_run.look_up(found.people, input.restart, active)
            else:
                started = await all_of(self._start(one, input, active) for one in found.people)
                results = [one for one in started if isinstance(one, PersonResult)]
                held += [one for one in started if isinstance(one, Held)]
            last_held = held[-1] if held else last_held
            lines = {row.line for row in rows}
            state.held = [line for line in state.held if line not in lines]
            state.held += [one.line for one in held]
            # Without a wait in between, so that no heartbeat tells of half of it.
            for result in results:
                state.report.count(result)
            state.report.rejected += found.rejected
            state.report.repeated += found.repeated
            state.report.rows_done += sum(row.line not in held_before for row in rows)
            state.lines |= found.lines
            state.tell()
            await record.update(state.report, state.lines)
        if last_held is not None:
            raise held_up(last_held, len(state.held))

    async def _erased(self, found: SortedRows, input: PartInput) -> frozenset[str]:
        """Return who was erased since the import was asked for; the start waits for no database."""
        if input.record is None or not found.people:
            return frozenset()
        try:
            return await self._records.erased_since(found.lines.keys(), input.record.requested_at)
        except PassingFailure:
            return frozenset()

    async def _resolve(
        self, resolver: RowResolver, row: Row, known: Mapping[str, "Listed"], input: PartInput
    ) -> ResolvedRow | ReportedRow | Held:
        resolved = await resolver.resolve(row, known)
        if (
            isinstance(resolved, ReportedRow)
            and resolved.reason is RowReason.UNKNOWN
            and not input.dry_run
        ):
            try:
                await note_unknown(self._list, row, input)
            except RolloutError as failure:
                return Held(line=row.line, failure=failure)
        return resolved

    async def _start(
        self, row: ResolvedRow, input: PartInput, active: ActiveRows
    ) -> PersonResult | Held:
        """Start the person, or say why not."""
        if (held := active.held_by_undo(row.person, row.line)) is not None:
            return held
        try:
            is_active = await active.hold(row.person)
        except RolloutError as failure:
            return Held(line=row.line, failure=failure)
        enrolment = EnrolmentInput(
            object_id=row.person.object_id,
            user_principal_name=row.person.user_principal_name,
            source=input.source,
            batch_id=input.batch_id,
            correlation_id=input.correlation_id,
            policy=input.policy,
            invite_not_before=input.slot(row.line),
            sender=input.pace.mailbox_of(row.person.object_id),
            has_no_row=active.has_no_row(row.person),
            looked_up=await self._looked_up(row, active),
        )
        async with self._turns:
            if is_active:
                try:
                    outcome = await self._starter.start_active(row.person, enrolment, input.restart)
                except PermanentFailure as failure:
                    return Held(line=row.line, failure=failure, waits_for="Microsoft Graph")
            else:
                outcome = await self._starter.start(
                    row.person,
                    enrolment,
                    input.restart,
                    was_cancelled=active.was_cancelled(row.person),
                )
        return PersonResult(line=row.line, outcome=outcome)

    async def _looked_up(self, row: ResolvedRow, active: ActiveRows) -> LookedUp | None:
        """Return what intake may believe for a minute, where the directory was asked about them.

        The methods of new people are read in one request for all who are started together. What
        can't be read soon is left to intake.
        """
        if row.looked_up_at is None:
            return None
        found = LookedUp(person=row.person, at=row.looked_up_at)
        if active.has_no_row(row.person):
            with suppress(RolloutError, TimeoutError):
                async with asyncio.timeout(METHODS_WITHIN.total_seconds()):
                    read = await self._methods.methods(row.person.object_id)
                seen = classify(read, self._counted)
                return replace(found, registered=seen.registered, unknown_methods=seen.unknown)
        return found
