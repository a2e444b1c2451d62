"""Prepares the tracking list, our tables, and what Temporal must know: adds what is missing."""

from temporalio.service import RPCError, RPCStatusCode

from cli.audit.entry import audited
from cli.provision.admin_sign_in import open_graph_of_admin
from cli.provision.look_up import group_or_step
from cli.provision.older_tokens import load_older_tokens
from cli.provision.options import ProvisionOptions
from cli.provision.report import ProvisionReport
from cli.setup.migrate_run import migrated_where_older
from cli.temporal import connect_to_temporal
from client.schedules import ensure_schedules
from client.setup import WrongAttributeTypeError, ensure_search_attributes
from database.engine import database_at
from domain.failures import RolloutError
from domain.tables.audit import AuditAction
from graph.http.client import GraphClient
from graph.provisioning import ListProvisioning, Step
from graph.sites import find_site
from graph.tracking_list import TrackingList
from settings import ProvisionSettings, SettingsError, load_settings

LIST_NAME = "MFA rollout"
# What Temporal Cloud, or a server whose admin thinks so, answers.
NOT_HERE = {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED}


async def prepare(options: ProvisionOptions, *, as_json: bool) -> None:
    """Create what is missing, and report it; what can't be created doesn't hold up the rest.

    Raises:
        SettingsError: settings are missing or wrong.
        TemporalRefused: Temporal can't be used.
    """
    settings = load_settings(ProvisionSettings)
    if settings.site_id is None and options.site is None:
        raise SettingsError(
            "SITE_ID is missing: name the site by its address: mfa-rollout provision --site "
            "https://contoso.sharepoint.com/sites/mfa"
        )
    report = ProvisionReport(as_json=as_json)
    with report.printed_at_end():
        await _prepare(settings, options, report)


async def _prepare(
    settings: ProvisionSettings, options: ProvisionOptions, report: ProvisionReport
) -> None:
    # First: the audit log is one of the tables.
    try:
        for revision in await migrated_where_older(settings):
            report.add(Step(text=f"database schema {revision}: created"))
    except RolloutError as failure:
        # The rest can be done all the same.
        report.add(Step(text=str(failure), needs_action=True))
    told = "app, list and Temporal as the settings name them"
    async with audited(AuditAction.PROVISION, reason=told, acts_unwritten=True):
        try:
            await _tenant(settings, options, report)
        except RolloutError as failure:
            report.add(Step(text=str(failure), needs_action=True))
        # Before Temporal, which may not be there yet.
        report.show_settings()
        await _temporal(report)
        report.end()


async def _tenant(
    settings: ProvisionSettings, options: ProvisionOptions, report: ProvisionReport
) -> None:
    """Look up and create what is Microsoft's, and tell which settings follow from it."""
    async with open_graph_of_admin(settings, options) as graph:
        try:
            if options.group:
                await _group(settings, graph, options.group, report)
        except RolloutError as failure:
            # The list can be done all the same.
            report.add(Step(text=str(failure), needs_action=True))
        site_id = await find_site(graph, options.site) if options.site else settings.site_id or ""
        report.tell("SITE_ID", site_id, settings.site_id)
        await _list(settings, graph, site_id, report)


async def _group(
    settings: ProvisionSettings, graph: GraphClient, name: str, report: ProvisionReport
) -> None:
    found = await group_or_step(graph, name)
    if isinstance(found, Step):
        report.add(found)
    else:
        report.tell("ENFORCEMENT_GROUP_ID", found, settings.enforcement_group_id)


async def _list(
    settings: ProvisionSettings, graph: GraphClient, site_id: str, report: ProvisionReport
) -> None:
    provisioning = ListProvisioning(graph, site_id)
    list_id = await provisioning.find(list_id=settings.list_id, name=LIST_NAME)
    if list_id is None:
        list_id = await provisioning.create(LIST_NAME)
        report.add(Step(text=f'list "{LIST_NAME}": created'))
    report.tell("LIST_ID", list_id, settings.list_id)
    async for step in provisioning.bring_up_to_date(list_id):
        report.add(step)
    await _older_tokens(settings, TrackingList(graph, site_id, list_id), report)


async def _older_tokens(
    settings: ProvisionSettings, tracking_list: TrackingList, report: ProvisionReport
) -> None:
    database = database_at(settings.database_address, settings.data_dir)
    try:
        if count := await load_older_tokens(tracking_list, database):
            report.add(Step(text=f"links of an older system: {count} read from the list"))
    finally:
        await database.close()


async def _temporal(report: ProvisionReport) -> None:
    client = await connect_to_temporal()
    try:
        for name in await ensure_search_attributes(client):
            report.add(Step(text=f"search attribute {name}: created"))
    except WrongAttributeTypeError as wrong:
        report.add(Step(text=str(wrong), needs_action=True))
    except RPCError as error:
        if error.status not in NOT_HERE:
            raise
        text = (
            "search attributes: this Temporal server does not allow creating them here; create "
            "them in its UI or with `tcld namespace search-attributes add`; see "
            "docs/admin-guide.md."
        )
        report.add(Step(text=text, needs_action=True))
    for schedule_id in await ensure_schedules(client):
        report.add(Step(text=f"schedule {schedule_id}: created"))
