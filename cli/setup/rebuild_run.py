"""Refills the tables from Temporal and the tracking list, and says what can't be recovered."""

from contextlib import AsyncExitStack

from cli.audit.entry import audited
from cli.options import answer
from cli.temporal import connect_to_temporal
from client.tables.list_recovery import ListRecovery
from client.tables.rebuild import Rebuild, RebuildReport
from database.engine import database_at
from database.enrolments.records import EnrolmentRecords
from database.rollout.completeness import Completeness
from database.schema_version import check
from database.tombstones import Tombstones
from database.tracking_list.list_pass import ListPass
from domain.tables.audit import AuditAction
from domain.wording.counted import counted
from graph.groups import EnforcementGroup
from graph.tracking_list import TrackingList
from settings import WorkerSettings, load_settings
from worker.graph import open_graph

LOST = (
    "stories of people whose histories Temporal has deleted after its retention",
    "when people's methods were last looked at: the next look tells",
    "requests about many people: an undo of an import leaves those in the group whom one has added",
    "the log of mails: what was sent in the last day is counted in the mailboxes again",
    "reports of imports and their rejected rows, and the audit trail",
    "the traces of erased people: erase again whoever was erased since the last backup",
)


async def refill(*, as_json: bool) -> None:
    """Run a rebuild with the worker's settings.

    Raises:
        SettingsError: settings are missing or wrong.
        TemporalRefused: Temporal can't be used.
        SchemaOutdated: the tables have to be made first, by `mfa-rollout migrate`.
        DatabaseUnavailable: the database can't be written.
    """
    settings = load_settings(WorkerSettings)
    async with AsyncExitStack() as stack:
        database = database_at(settings.database_address, settings.data_dir)
        stack.push_async_callback(database.close)
        await check(database)
        client = await connect_to_temporal()
        graph = await stack.enter_async_context(open_graph(settings))
        tombstones = Tombstones()
        records = EnrolmentRecords(database, tombstones)
        from_list = ListRecovery(
            client=client,
            tracking_list=TrackingList(graph, settings.site_id, settings.list_id),
            group=EnforcementGroup(graph, settings.enforcement_group_id),
            records=records,
            tables=ListPass(database, tombstones),
            token_keys=settings.token_keys,
        )
        rebuild = Rebuild(
            client=client,
            from_list=from_list,
            records=records,
            marks=Completeness(database),
            senders=settings.sender_mailboxes,
        )
        async with audited(AuditAction.REBUILD, reason="from the histories and the list"):
            report = await rebuild.run()
        answer(_as_json(report), *_sentences(report), as_json=as_json)


def _sentences(report: RebuildReport) -> list[str]:
    people, events = counted(report.people, "person"), counted(report.events, "event")
    histories = counted(report.runs, "history")
    read = f"{people} and {events} of their stories: from {histories} in Temporal"
    sentences, found = [read], report.from_list
    if report.gone:
        sentences.append(f"{counted(report.gone, 'history')}: deleted before it could be read")
    return [
        *sentences,
        f"{counted(found.people, 'person')}: from the tracking list alone, without their stories",
        f"{counted(found.later_members, 'person')}: added to the group after they had ended",
        f"{counted(found.older_tokens, 'link')} of an older system: from the tracking list",
        f"{counted(found.created_again, 'row')}: not on the tracking list, and to be made again",
        "The tables are marked complete. These can't be recovered:",
        *(f"- {lost}" for lost in LOST),
    ]


def _as_json(report: RebuildReport) -> dict[str, object]:
    return {
        "people": report.people,
        "events": report.events,
        "histories": report.runs,
        "historiesGone": report.gone,
        "peopleFromList": report.from_list.people,
        "laterMembers": report.from_list.later_members,
        "olderTokens": report.from_list.older_tokens,
        "rowsMadeAgain": report.from_list.created_again,
        "notRecovered": list(LOST),
    }
