"""Runs the API with the settings of the environment."""

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from api.app import create_app
from api.config import ApiConfig, ApiDependencies, PortalConfig, SignIn
from api.limits.client_address import ClientAddresses
from api.outbox.metrics import ApiMetrics
from api.server.connections import ConnectionLimits, Connections
from api.server.listener import listen
from api.server.serve import places_for_connections, serve
from api.services import Services
from cli.processes.telemetry import measured
from cli.temporal import configured_target
from cli.terminal import fail
from database.engine import Database, database_at
from domain.tables.sending import SendingPolicy
from graph.sign_in.open_graph import open_graph
from graph.tracking_list import TrackingList
from settings import ApiSettings, load_settings
from telemetry.metrics_port import serving_metrics
from telemetry.rollout_metrics import RolloutMetrics

log = logging.getLogger(__name__)


async def serve_api() -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        SettingsError: settings are missing or wrong.
        TemporalRefused: what ``TEMPORAL_*`` says can't be used. A server that can't be reached is
            no failure: the API starts without it.
    """
    settings = load_settings(ApiSettings)
    if settings.simulation:
        log.warning("simulated tenant", extra={"meaning": settings.simulation})
    telemetry = measured(settings, service="mfa-rollout-api")
    client = await telemetry.connect(lazy=True)
    # Before anything else is done, so that a port that is taken is one clear message.
    listener = _listen(settings.api_host, settings.api_port)
    database = database_at(settings.database_address, settings.data_dir)
    async with _open_tracking_list(settings) as tracking_list, _closed_at_end(database):
        dependencies = ApiDependencies(
            config=_config(settings), client=client, tracking_list=tracking_list, database=database
        )
        app = create_app(dependencies)
        services: Services = app.state.services
        sources = (
            ApiMetrics(services.outbox, services.counters, services.readiness),
            RolloutMetrics(database, settings.sender_mailboxes),
        )
        limits = ConnectionLimits()
        limits = replace(limits, total=places_for_connections(limits.total))
        connections = Connections(limits, ClientAddresses(settings.trusted_proxies))
        async with serving_metrics(telemetry.port, *sources):
            await serve(app, listener, connections)


@asynccontextmanager
async def _closed_at_end(database: Database) -> AsyncIterator[None]:
    """Close the database at the end; it is opened by the process's own reports and by links."""
    try:
        yield
    finally:
        await database.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        fail(f"The API can't listen on {host}:{port}: {error.strerror}. Set API_HOST, API_PORT.")


def _config(settings: ApiSettings) -> ApiConfig:
    return ApiConfig(
        token_keys=settings.token_keys,
        branding=settings.branding,
        public_base_url=settings.public_base_url,
        setup_url=settings.mfa_setup_url,
        deadline=settings.enrolment_deadline,
        time_zone=settings.time_zone,
        subjects=settings.subjects,
        sender_mailboxes=settings.sender_mailboxes,
        outbox_path=settings.outbox_path,
        enrol_confirmation=settings.enrol_confirmation,
        trusted_proxies=settings.trusted_proxies,
        policy=settings.policy,
        pace=settings.pace,
        sending=SendingPolicy(window=settings.window, per_day=settings.mail_per_day),
        answer_within=settings.answer_within,
        sign_in=sign_in_of(settings),
        serves=settings.serve,
        portal=PortalConfig(
            base_url=settings.portal_address,
            connection=settings.connection if settings.signs_people_in else None,
            temporal_ui=settings.temporal_ui,
            namespace=configured_target().namespace,
            demo_calendar=settings.demo_calendar,
            draws_at_start=settings.signs_people_in,
            private_webhooks=settings.allows_private_webhooks,
        ),
    )


def sign_in_of(settings: ApiSettings) -> SignIn | None:
    """Return whose access tokens let admins in; None where nobody's do."""
    if settings.tenant_id is None or not settings.audiences:
        return None
    return SignIn(
        tenant_id=settings.tenant_id.casefold(),
        authority_host=settings.authority_host,
        audiences=settings.audiences,
        allowed_clients=settings.api_allowed_clients,
        http=settings.http_options,
    )


@asynccontextmanager
async def _open_tracking_list(settings: ApiSettings) -> AsyncIterator[TrackingList | None]:
    """Open the tracking list with the API's own sign-in, which may only read it.

    None where the API has no sign-in.
    """
    if settings.api_client_id is None:
        yield None
        return
    async with open_graph(settings.connection) as graph:
        yield TrackingList(graph, settings.site_id or "", settings.list_id or "")
