"""Starting the enrolments of one part of an import, resumable and idempotent."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client

from activities.concurrency import all_of, beating
from activities.enrolment.exclusions import Exclusions
from activities.imports.active_rows import ActiveRows
from activities.imports.enrolment_starter import EnrolmentStarter, RestartRules, StartOutcome
from activities.imports.part import IN_FLIGHT, PartInput, SortedRows, begun
from activities.imports.resolve_rows import UNKNOWN, ResolvedRow, RowPeople
from domain.enrolment.registration import COUNTED
from domain.enrolment.send_window import share_of
from domain.enrolment.state import EnrolmentInput
from domain.enrolment.status import InviteStatus
from domain.failures import BadRequest, DuplicateValue
from domain.imports.file import RejectedRow, Row
from domain.imports.report import ImportReport, in_order
from domain.person import Person
from domain.tracking_list.columns import clipped

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory, Listed
    from graph.tracking_list import TrackingList

LAPSED = "Active, but no method any more: import with --restart-active to start over."


class BatchActivities:
    """Resolves rows to people, and starts them."""

    def __init__(
        self,
        *,
        client: Client,
        directory: "Directory",
        methods: "AuthenticationMethods",
        tracking_list: "TrackingList",
        exclusions: Exclusions,
        guests: bool = False,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``guests`` says whether guests of the tenant are enrolled.

        ``counted`` are the types of method that are a registration.
        """
        self._list = tracking_list
        self._people = RowPeople(directory=directory, exclusions=exclusions, guests=guests)
        self._starts = EnrolmentStarter(client=client, methods=methods, counted=counted)
        # Of all parts together, however many there are at once.
        self._turns = asyncio.Semaphore(IN_FLIGHT)

    @activity.defn
    async def start_enrolments(self, input: PartInput) -> ImportReport:
        """Start an enrolment for every row that is somebody, 25 at a time.

        Resumes behind the last heartbeat. Idempotent: a workflow id is a person's, and an enrolment
        that an earlier attempt of this part started is reported as started.

        Raises:
            PermanentFailure: directory or list can't be read at all (not retried).
        """
        report, lines = begun(input, ImportReport)
        async with beating(report, lines):
            to_do = input.rows[report.rows_done :]
            known = await self._people.read_ahead(to_do)
            active = await ActiveRows.of_part(self._list, len(to_do))
            while rows := input.rows[report.rows_done : report.rows_done + IN_FLIGHT]:
                found = SortedRows.of(
                    await all_of(self._meant(row, known, input) for row in rows), lines
                )
                outcomes = await all_of(
                    self._start(person, found.lines[object_id], input, active)
                    for object_id, person in found.people.items()
                )
                # Without a wait in between, so that no heartbeat tells of half of it.
                for line, outcome in zip(found.lines.values(), outcomes, strict=True):
                    _count(report, line, outcome)
                report.rejected += found.rejected
                report.repeated += found.repeated
                report.rows_done += len(rows)
                lines |= found.lines
                activity.heartbeat(report, lines)
        return in_order(report)

    async def _meant(
        self, row: Row, known: Mapping[str, "Listed"], input: PartInput
    ) -> ResolvedRow:
        meant = await self._people.meant_by(row, known)
        if meant.rejection == UNKNOWN:
            await self._note_unknown(row, input)
        return meant

    async def _start(
        self, person: Person, line: int, input: PartInput, active: ActiveRows
    ) -> StartOutcome:
        """Start the person, or say why not."""
        enrolment = self._enrolment(person, line, input)
        restart = RestartRules(cancelled=input.include_cancelled, active=input.restart_active)
        async with self._turns:
            if await active.hold(person):
                return await self._starts.start_active(person, enrolment, restart)
            return await self._starts.start(person, enrolment, restart)

    def _enrolment(self, person: Person, line: int, input: PartInput) -> EnrolmentInput:
        return EnrolmentInput(
            object_id=person.object_id,
            user_principal_name=person.user_principal_name,
            source=input.source,
            batch_id=input.batch_id,
            correlation_id=input.correlation_id,
            policy=input.policy,
            invite_not_before=input.slot(line),
            sender=int(share_of(person.object_id) * input.pace.senders),
        )

    async def _note_unknown(self, row: Row, input: PartInput) -> None:
        """Show the row on the list, so that nobody is lost: Pending, with what to do."""
        fields = {
            "Title": clipped(row.address),
            "InviteStatus": InviteStatus.PENDING.value,
            "Source": input.source.value,
            "SourceBatchId": input.batch_id,
            "CorrelationId": input.correlation_id,
            "ErrorDetails": UNKNOWN,
        }
        try:
            await self._list.create(fields)
        except DuplicateValue:
            for item in await self._list.find("Title", str(fields["Title"])):
                # A row with an ObjectId is the mirror of that person's enrolment.
                if not item.fields.get("ObjectId"):
                    await self._list.update(item.id, {"ErrorDetails": UNKNOWN})
        except BadRequest as refusal:
            # The report still names the row.
            activity.logger.warning("A row that nobody has was not put on the list: %s", refusal)


def _count(report: ImportReport, line: int, outcome: StartOutcome) -> None:
    """Count what became of the person in a line."""
    if outcome is StartOutcome.LAPSED:
        report.lapsed.append(RejectedRow(line=line, reason=LAPSED))
    else:
        setattr(report, outcome, getattr(report, outcome) + 1)
