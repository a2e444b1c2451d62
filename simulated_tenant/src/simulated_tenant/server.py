"""Serve the demo's tenant until it is told to stop."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from ipaddress import ip_address

from simulated_tenant.app import create_app
from simulated_tenant.certificates import certificate_authority, server_context
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.personas.cast import Cast
from simulated_tenant.population import DOMAIN, GROUP_ID, TENANT_ID, people, populate
from simulated_tenant.settings import TenantSettings
from simulated_tenant.tenant import SimulatedTenant
from simulated_tenant.traits import DAY


class PortInUseError(Exception):
    """A port that somebody else listens on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTenant:
    """A tenant that listens: where, and who acts in it."""

    tenant: SimulatedTenant
    https_url: str
    people_url: str
    cast: Cast | None

    @property
    def authority(self) -> str:
        """What msal takes as authority."""
        return f"{self.https_url}/{self.tenant.tenant_id}"

    @property
    def graph_url(self) -> str:
        """Microsoft Graph's base URL."""
        return f"{self.https_url}/v1.0"


async def serve(
    settings: TenantSettings, on_ready: Callable[[ServedTenant], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, or until cancelled; open requests are finished first.

    ``on_ready`` is called once when both ports answer.

    Raises:
        PortInUseError: One of the ports is taken.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not every platform, and no other thread than the first, can handle signals.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stopped.set)
    if warning := exposure(settings.host):
        sys.stderr.write(f"warning: {warning}\n")
    async with serving(settings) as served:
        if on_ready is not None:
            on_ready(served)
        await stopped.wait()


def exposure(host: str) -> str | None:
    """Return a warning where others than this machine may reach the tenant, else None."""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if is_loopback:
        return None
    return (
        f"The simulated tenant listens on {host}: whoever reaches this machine may read its mails"
        " and change everything in it. Its secrets are public. Use it in a closed network only."
    )


@contextlib.asynccontextmanager
async def serving(settings: TenantSettings) -> AsyncIterator[ServedTenant]:
    """Serve the demo's tenant while the block runs; signals are left to the caller."""
    https_socket = _listen(settings.host, settings.https_port)
    try:
        http_socket = _listen(settings.host, settings.http_port)
    except PortInUseError:
        https_socket.close()
        raise
    tenant = SimulatedTenant(
        tenant_id=TENANT_ID,
        domains=(DOMAIN,),
        data_dir=settings.data_dir,
        token_lifetime=settings.token_lifetime,
        page_cap=settings.page_cap,
        premium=settings.premium,
        report_lag=settings.report_lag,
        day_length=settings.day_length or DAY,
    )
    for name, value in settings.traits:
        tenant.traits.switch(name, value, day_length=tenant.day_length)
    populate(tenant, redirect_uris=settings.redirect_uris)
    people_url = settings.people_url or f"http://localhost:{http_socket.getsockname()[1]}"
    tenant.people_url = people_url
    tls = server_context(certificate_authority(settings.data_dir), *settings.names)
    cast = None
    if settings.day_length is not None:
        cast = Cast(tenant, people(), group_id=GROUP_ID, day_length=settings.day_length)
    served = ServedTenant(
        tenant=tenant,
        https_url=f"https://localhost:{https_socket.getsockname()[1]}",
        people_url=people_url,
        cast=cast,
    )
    try:
        async with (
            running(create_app(tenant), https_socket, tls),
            running(create_people_app(tenant, cast), http_socket),
            _acting(cast),
        ):
            yield served
    finally:
        tenant.close()


@contextlib.asynccontextmanager
async def _acting(cast: Cast | None) -> AsyncIterator[None]:
    if cast is None:
        yield
        return
    task = asyncio.create_task(cast.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except OSError as error:
        raise PortInUseError(
            f"The simulated tenant can't listen on {host}:{port}: {error.strerror}."
        ) from None
