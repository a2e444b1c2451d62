"""Puts the portal together."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from temporalio.client import Client

from api.config import ApiConfig
from api.limits.client_address import ClientAddresses
from api.portal import sign_in
from api.portal.audit import log as audit_log
from api.portal.cookies import Cookies
from api.portal.failures import add_failure_pages
from api.portal.health import banners, health, settings
from api.portal.imports import batches, forecast, preview, report, undo, upload
from api.portal.mails import mails as mails_page
from api.portal.mails import sample, switch
from api.portal.overview import overview
from api.portal.overview.shared import Shared
from api.portal.pages import PortalPages
from api.portal.people import (
    actions,
    attention,
    erase,
    export,
    list_item,
    mails,
    one_person,
    people_list,
    saved_views,
)
from api.portal.reports import now as report_now
from api.portal.reports import report as one_report
from api.portal.reports import reports
from api.portal.requests import follow, start
from api.portal.services import DEMO_TRENDS_LAST, Portal
from api.portal.static import static_router
from api.portal.temporal_ui import codec
from api.portal.webhooks import webhook, webhooks
from api.routes import add_routes
from database.engine import Database
from domain.demo_calendar import DemoCalendar
from graph.sign_in.code_flow import CodeFlow
from graph.tracking_list import TrackingList

# Each has a ``router``; what is more exact comes first: `…/erase` before `…/{update}`.
PAGES = (
    sign_in,
    upload,
    preview,
    forecast,
    report,
    batches,
    undo,
    audit_log,
    banners,
    health,
    settings,
    reports,
    report_now,
    one_report,
    webhooks,
    webhook,
    mails_page,
    switch,
    sample,
    overview,
    people_list,
    saved_views,
    export,
    attention,
    one_person,
    list_item,
    mails,
    erase,
    actions,
    start,
    follow,
    codec,
)


def portal_of(
    config: ApiConfig,
    *,
    client: Client,
    database: Database,
    addresses: ClientAddresses,
    tracking_list: TrackingList | None = None,
) -> Portal:
    """Return the parts of the portal.

    Raises:
        ValueError: the configuration has no portal.
    """
    told = config.portal
    if told is None:
        raise ValueError("the API is configured without a portal")
    return Portal(
        config=config,
        portal=told,
        database=database,
        client=client,
        code_flow=CodeFlow(told.connection) if told.connection else None,
        cookies=Cookies(keys=config.token_keys, over_tls=told.is_over_tls),
        pages=PortalPages(
            branding=config.branding,
            root=told.root_path,
            time_zone=config.time_zone,
            version=version("mfa-rollout"),
            is_simulated=bool(told.connection and told.connection.is_simulated),
            demo_calendar=told.demo_calendar,
        ),
        addresses=addresses,
        tracking_list=tracking_list,
        **_shared(told.demo_calendar),
    )


def _shared(calendar: DemoCalendar | None) -> dict[str, Any]:
    """Return what is read once for all readers: in a demo, whose days last seconds, more often."""
    if calendar is None:
        return {}
    return {
        "trends": Shared(fresh_for=DEMO_TRENDS_LAST),
        "outlook": Shared(fresh_for=DEMO_TRENDS_LAST),
    }


def add_portal(app: FastAPI, portal: Portal) -> None:
    """Serve the portal's pages.

    Raises:
        ValueError: the brand's colour isn't a hex colour.
    """
    app.state.portal = portal
    add_failure_pages(app, portal)
    for page in PAGES:
        add_routes(app, page.router)
    add_routes(app, static_router(portal.config.branding.primary_colour))
