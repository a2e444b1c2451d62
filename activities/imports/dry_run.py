"""Foreseeing an import: who would be invited, and who has an obstacle ahead. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio import activity

from activities.concurrency import all_of, beating
from activities.imports.active_rows import ActiveRows
from activities.imports.enrolment_starter import EnrolmentStarter, RestartRules, StartOutcome
from activities.imports.part import IN_FLIGHT, PartInput, SortedRows, begun
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import EXCLUDED, GUEST, UNKNOWN, ResolvedRow, RowPeople
from domain.imports.file import RejectedRow
from domain.imports.report import PreflightReport, in_order
from domain.person import Person, mail_address

if TYPE_CHECKING:
    from graph.directory import Directory
    from graph.tracking_list import TrackingList

DISABLED = "The account is disabled: no mail until it is enabled."
NO_MAIL = "No mail address: enter one in the directory, or nothing can be sent."
NO_MANAGER = "No manager in the directory: nobody is told after two reminders."

_COUNTS = {UNKNOWN: "unknown", GUEST: "guests", EXCLUDED: "excluded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlook:
    """What is ahead of one person: what a start would say, and what is known of them."""

    line: int
    person: Person
    outcome: StartOutcome
    has_manager: bool


class PreflightActivities:
    """Resolves rows as an import does, looks further, and starts nobody."""

    def __init__(
        self,
        *,
        people: RowPeople,
        directory: "Directory",
        tracking_list: "TrackingList",
        starts: EnrolmentStarter,
        registered: RegisteredPeople,
        tenant_domains: frozenset[str],
    ) -> None:
        """Take the clients; in ``tenant_domains`` a UPN is a mail address, too."""
        self._people = people
        self._directory = directory
        self._list = tracking_list
        self._starts = starts
        self._registered = registered
        self._tenant_domains = tenant_domains

    @activity.defn
    async def foresee_import(self, input: PartInput) -> PreflightReport:
        """Say for every row what an import would make of it. Resumes behind the last heartbeat.

        Raises:
            PermanentFailure: the directory can't be read at all (not retried).
        """
        report, lines = begun(input, PreflightReport)
        async with beating(report, lines):
            to_do = input.rows[report.rows_done :]
            known = await self._people.read_ahead(to_do)
            active = await ActiveRows.of_part(self._list, len(to_do))
            restart = RestartRules(cancelled=input.include_cancelled, active=input.restart_active)
            while rows := input.rows[report.rows_done : report.rows_done + IN_FLIGHT]:
                meant = await all_of(self._people.meant_by(row, known) for row in rows)
                found = SortedRows.of(meant, lines)
                managers = _managers(meant)
                outlooks = await all_of(
                    self._outlook(person, found.lines[object_id], managers, active, restart)
                    for object_id, person in found.people.items()
                )
                registered = await self._registered.among(
                    [
                        one.person.object_id
                        for one in outlooks
                        if one.outcome is StartOutcome.STARTED
                    ]
                )
                for outlook in outlooks:
                    self._count(report, outlook, registered)
                for row in found.rejected:
                    if name := _COUNTS.get(row.reason):
                        setattr(report, name, getattr(report, name) + 1)
                report.rejected += found.rejected
                report.repeated += found.repeated
                report.rows_done += len(rows)
                lines |= found.lines
                activity.heartbeat(report, lines)
        return in_order(report)

    async def _outlook(
        self,
        person: Person,
        line: int,
        managers: Mapping[str, bool | None],
        active: ActiveRows,
        restart: RestartRules,
    ) -> _Outlook:
        outcome = await self._starts.foresee(person, restart)
        if outcome is StartOutcome.STARTED and not restart.active and await active.hold(person):
            outcome = StartOutcome.ALREADY_ACTIVE
        has_manager = managers[person.object_id]
        if has_manager is None and outcome is StartOutcome.STARTED:
            has_manager = await self._directory.manager(person.object_id) is not None
        return _Outlook(line=line, person=person, outcome=outcome, has_manager=bool(has_manager))

    def _count(
        self, report: PreflightReport, outlook: _Outlook, registered: Mapping[str, bool]
    ) -> None:
        report.resolved += 1
        person = outlook.person
        if outlook.outcome is not StartOutcome.STARTED:
            setattr(report, outlook.outcome, getattr(report, outlook.outcome) + 1)
            return
        is_registered = registered.get(person.object_id)
        if is_registered:
            report.registered += 1
            return
        report.registration_unread += is_registered is None
        remarks = []
        if not person.account_enabled:
            report.disabled += 1
            remarks.append(DISABLED)
        if mail_address(person, self._tenant_domains) is None:
            report.no_mail += 1
            remarks.append(NO_MAIL)
        report.to_invite += not remarks
        if not outlook.has_manager:
            report.no_manager += 1
            remarks.append(NO_MANAGER)
        report.remarks += [RejectedRow(line=outlook.line, reason=remark) for remark in remarks]


def _managers(meant: list[ResolvedRow]) -> dict[str, bool | None]:
    return {one.person.object_id: one.has_manager for one in meant if one.person}
