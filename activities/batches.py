"""Starting the enrolments of one part of an import, resumable and idempotent."""

import asyncio
from collections.abc import Mapping

from temporalio import activity
from temporalio.client import Client

from activities.active_rows import ActiveRows
from activities.concurrency import all_of, beating
from activities.exclusions import Exclusions
from activities.parts import IN_FLIGHT, PartInput, SortedRows, begun
from activities.row_people import UNKNOWN, Meant, RowPeople
from activities.starts import Again, EnrolmentStarts, Fate
from domain.enrolment import EnrolmentInput
from domain.failures import BadRequest, DuplicateValue
from domain.import_file import RejectedRow, Row
from domain.import_report import ImportReport, in_order
from domain.person import Person
from domain.registration import COUNTED
from domain.send_window import share_of
from domain.status import InviteStatus
from domain.tracking_item import clipped
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
        directory: Directory,
        methods: AuthenticationMethods,
        tracking_list: TrackingList,
        exclusions: Exclusions,
        guests: bool = False,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``guests`` says whether guests of the tenant are enrolled.

        ``counted`` are the types of method that are a registration.
        """
        self._list = tracking_list
        self._people = RowPeople(directory=directory, exclusions=exclusions, guests=guests)
        self._starts = EnrolmentStarts(client=client, methods=methods, counted=counted)
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
                fates = await all_of(
                    self._start(person, found.lines[object_id], input, active)
                    for object_id, person in found.people.items()
                )
                # Without a wait in between, so that no heartbeat tells of half of it.
                for line, fate in zip(found.lines.values(), fates, strict=True):
                    _count(report, line, fate)
                report.rejected += found.rejected
                report.repeated += found.repeated
                report.rows_done += len(rows)
                lines |= found.lines
                activity.heartbeat(report, lines)
        return in_order(report)

    async def _meant(self, row: Row, known: Mapping[str, Listed], input: PartInput) -> Meant:
        meant = await self._people.meant_by(row, known)
        if meant.rejection == UNKNOWN:
            await self._note_unknown(row, input)
        return meant

    async def _start(self, person: Person, line: int, input: PartInput, active: ActiveRows) -> Fate:
        """Start the person, or say why not."""
        enrolment = self._enrolment(person, line, input)
        again = Again(cancelled=input.include_cancelled, active=input.restart_active)
        async with self._turns:
            if await active.hold(person):
                return await self._starts.start_active(person, enrolment, again)
            return await self._starts.start(person, enrolment, again)

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


def _count(report: ImportReport, line: int, fate: Fate) -> None:
    """Count what became of the person in a line."""
    if fate is Fate.LAPSED:
        report.lapsed.append(RejectedRow(line=line, reason=LAPSED))
    else:
        setattr(report, fate, getattr(report, fate) + 1)
