"""Puts the API together, and starts and drains its outbox."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI
from starlette.middleware import Middleware

from api import health
from api.admin.bearers import Bearers
from api.admin.routes import add_rest
from api.circuit_breaker import CircuitBreaker, breaker_of
from api.clock_watch import ClockWatch
from api.config import ApiDependencies
from api.errors import ErrorPages, add_http_error_pages
from api.headers import SecurityHeaders
from api.limits.client_address import ClientAddresses, NotedForwarding
from api.limits.rate_limits import Limits
from api.links.legacy_links import LegacyLinks
from api.links.link_status import LinkLookUp
from api.links.resolver import LinkResolver
from api.links.token_cache import TokenCache
from api.opens.clients import OpenClients
from api.opens.journal import OpenJournal
from api.opens.keeper import OpenKeeper
from api.opens.sorter import OpenSorter
from api.outbox.deliver_hit import DeliverHit
from api.outbox.delivery import Delivery
from api.outbox.held_clicks import HeldClicks
from api.outbox.hit_counters import HitCounters
from api.outbox.outbox import Outbox
from api.paths import UsualPaths
from api.portal.overview.overview import warm
from api.portal.routes import add_portal, portal_of
from api.portal.services import Portal
from api.public import enrol, resend
from api.public.pages import Pages
from api.public.static import static_router
from api.public.track_open import PATH as PIXEL_PATH
from api.public.track_open import PixelFirst, TrackOpen
from api.readiness import Readiness, outbox_is_writable, temporal_answers
from api.routes import add_routes
from api.services import Services
from api.uploads.uploads import Uploads
from database.rollout.heartbeat import heartbeat
from domain.portal.parts import ServedPart
from domain.tables.rollout import ProcessKind
from graph.http.transport import open_http


def create_app(dependencies: ApiDependencies) -> PixelFirst:
    """Return the application; it opens its outbox and starts delivering when it is started.

    Raises:
        ValueError: a trusted proxy is no address or network, or the brand's colour no hex colour.
    """
    config, tables = dependencies.config, dependencies.database
    pages = Pages(
        branding=config.branding,
        root_path=config.root_path,
        setup_url=config.setup_url,
        deadline=config.deadline,
        today=config.today,
    )
    outbox = Outbox(config.outbox_path)
    limits, counters = Limits(), HitCounters()
    recent_clicks: TokenCache[datetime] = TokenCache(enrol.RECENT_CLICK_FOR)
    breaker = breaker_of(dependencies.client)
    legacy_links = _legacy_links(dependencies, limits, breaker)
    links = _links(dependencies, limits, legacy_links, breaker)
    instance = str(uuid4())
    addresses = ClientAddresses(config.trusted_proxies)
    opens = _opens(
        config.outbox_path, links.resolver, outbox, counters, OpenClients(limits, addresses)
    )
    portal = _portal(dependencies, addresses)
    # For the tenant's signing keys alone.
    http = open_http(config.sign_in.http) if config.sign_in else None
    held_clicks, clock = HeldClicks(tables, config.token_keys), ClockWatch(tables)
    delivery = Delivery(
        outbox=outbox,
        held_clicks=held_clicks,
        deliver_hit=DeliverHit(
            client=dependencies.client,
            token_keys=config.token_keys,
            links=links,
            held_clicks=held_clicks,
            legacy_links=legacy_links,
            task_queue=config.task_queue,
        ),
        counters=counters,
        per_second=config.deliveries_per_second,
        longest_pause=config.longest_delivery_pause,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        outbox.start()
        opens.start()
        await enrol.remember_clicks(outbox, recent_clicks)
        delivery.start()
        try:
            async with AsyncExitStack() as stack:
                if tables is not None:
                    await stack.enter_async_context(
                        heartbeat(tables, ProcessKind.API, process_id=instance, beside=clock.look)
                    )
                await _warm(portal)
                yield
        finally:
            await opens.close()
            await delivery.stop(config.drain_within)
            await outbox.close()
            await breaker.close()
            await links.resolver.close()
            if http is not None:
                await http.aclose()
            if portal is not None:
                await portal.close()

    app = PixelFirst(
        title="MFA rollout",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would be made from the Host header; our links are right as they are.
        redirect_slashes=False,
        middleware=[
            Middleware(NotedForwarding, addresses=addresses),
            Middleware(UsualPaths, paths=(enrol.PATH, PIXEL_PATH, resend.PATH)),
            Middleware(SecurityHeaders, strict_transport=config.served_over_tls),
            Middleware(ErrorPages, pages=pages),
        ],
    )
    app.state.services = Services(
        instance=instance,
        config=config,
        client=dependencies.client,
        database=dependencies.database,
        tracking_list=dependencies.tracking_list,
        breaker=breaker,
        outbox=outbox,
        held_clicks=held_clicks,
        counters=counters,
        readiness=Readiness(
            temporal_answers(dependencies.client, breaker), outbox_is_writable(outbox)
        ),
        pages=pages,
        limits=limits,
        addresses=addresses,
        recent_clicks=recent_clicks,
        links=links,
        legacy_links=legacy_links,
        clock=clock,
        bearers=Bearers(config.sign_in, http) if config.sign_in and http else None,
        uploads=Uploads(),
    )
    add_http_error_pages(app, pages)
    add_routes(app, health.router)
    if ServedPart.LINKS in config.serves:
        for module in (enrol, resend):
            add_routes(app, module.router)
        app.add_pixel(
            TrackOpen(opens=opens, addresses=addresses, strict_transport=config.served_over_tls)
        )
        add_routes(app, static_router(pages=pages))
    if ServedPart.PORTAL in config.serves:
        add_rest(app)
        if portal is not None:
            add_portal(app, portal)
    return app


def _opens(
    path: Path, resolver: LinkResolver, outbox: Outbox, counters: HitCounters, clients: OpenClients
) -> OpenKeeper:
    journal = OpenJournal(path)
    sorter = OpenSorter(
        resolver=resolver, journal=journal, outbox=outbox, clients=clients, counters=counters
    )
    return OpenKeeper(
        journal=journal,
        sorter=sorter,
        recent=outbox.recent_opens,
        clients=clients,
        counters=counters,
    )


def _portal(dependencies: ApiDependencies, addresses: ClientAddresses) -> Portal | None:
    config, database = dependencies.config, dependencies.database
    if ServedPart.PORTAL not in config.serves or config.portal is None or database is None:
        return None
    return portal_of(
        config,
        client=dependencies.client,
        database=database,
        addresses=addresses,
        tracking_list=dependencies.tracking_list,
    )


def _links(
    dependencies: ApiDependencies,
    limits: Limits,
    legacy_links: LegacyLinks | None,
    breaker: CircuitBreaker,
) -> LinkLookUp:
    client, keys = dependencies.client, dependencies.config.token_keys
    resolver = LinkResolver(
        database=dependencies.database, client=client, token_keys=keys, breaker=breaker
    )
    return LinkLookUp(
        resolver=resolver,
        client=client,
        token_keys=keys,
        limits=limits,
        breaker=breaker,
        older=legacy_links,
    )


async def _warm(portal: Portal | None) -> None:
    if portal is not None and portal.portal.draws_at_start:
        await warm(portal)


def _legacy_links(
    dependencies: ApiDependencies, limits: Limits, breaker: CircuitBreaker
) -> LegacyLinks | None:
    if dependencies.tracking_list is None:
        return None
    config = dependencies.config
    return LegacyLinks(
        tracking_list=dependencies.tracking_list,
        client=dependencies.client,
        limits=limits,
        breaker=breaker,
        task_queue=config.task_queue,
        policy=config.policy,
        senders=config.pace.senders,
    )
