"""The verbs that run a process until it is told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.config import ApiConfig, ApiDependencies, SignIn
from cli.connections import connect_to_temporal, open_list_of_api
from cli.verbs import USAGE, fail, out, run
from demo.layout import DemoTenant
from demo.run import run_demo
from logs import configure_logs
from settings import ApiSettings, WorkerSettings, load_settings
from worker import run_worker

TRAIT_HELP = (
    "Let the tenant be as unkind as Microsoft, NAME[=VALUE]; see simulated_tenant/README.md."
)


def demo(
    *,
    until_settled: Annotated[
        bool, typer.Option(help="End by itself when every story has ended as it should.")
    ] = False,
    day: Annotated[float, typer.Option(help="Seconds that a day lasts.", min=0.5)] = 2.0,
    trait: Annotated[list[str] | None, typer.Option(help=TRAIT_HELP)] = None,
) -> None:
    """Show the whole rollout: Temporal, a simulated tenant, worker and API, 39 people."""
    traits = tuple(trait or ())
    with demo_extra():
        from simulated_tenant.traits import (  # noqa: PLC0415 - the extra `demo` alone has it
            Traits,
            UnknownTraitError,
            split_trait,
        )
    try:
        for one in traits:
            Traits().switch(*split_trait(one))
    except UnknownTraitError as error:
        fail(str(error), USAGE)
    run(run_demo(demo_tenant(), day_seconds=day, until_settled=until_settled, traits=traits))


def demo_tenant() -> DemoTenant:
    """Return what the product has to know of the simulated tenant."""
    with demo_extra():
        from simulated_tenant import population  # noqa: PLC0415 - the extra `demo` alone has it
    return DemoTenant(
        tenant_id=population.TENANT_ID,
        client_id=population.WORKER_CLIENT_ID,
        client_secret=population.WORKER_SECRET,
        api_client_id=population.API_CLIENT_ID,
        api_client_secret=population.API_SECRET,
        group_id=population.GROUP_ID,
        site_id=population.SITE_ID,
        list_id=population.LIST_ID,
        sender=population.SENDER,
        sample_csv=population.sample_csv(),
    )


def worker() -> None:
    """Run a worker until it is told to stop."""
    configure_logs()

    async def work() -> None:
        settings = load_settings(WorkerSettings)
        client = await connect_to_temporal()
        await run_worker(client, settings, _stop_signal())

    run(work())


def api() -> None:
    """Serve the links in the mails until told to stop."""
    configure_logs()

    async def serve_api() -> None:
        settings = load_settings(ApiSettings)
        config = ApiConfig(
            token_keys=settings.token_keys,
            branding=settings.branding,
            public_base_url=settings.public_base_url,
            setup_url=settings.mfa_setup_url,
            outbox_path=settings.outbox_path,
            enrol_confirmation=settings.enrol_confirmation,
            trusted_proxies=settings.trusted_proxies,
            policy=settings.policy,
            pace=settings.pace,
            sign_in=_sign_in(settings),
        )
        client = await connect_to_temporal(lazy=True)
        listener = _listen(settings.api_host, settings.api_port)
        async with open_list_of_api(settings) as tracking_list:
            dependencies = ApiDependencies(
                config=config, client=client, tracking_list=tracking_list
            )
            server = uvicorn.Server(
                uvicorn.Config(
                    create_app(dependencies),
                    access_log=False,
                    log_config=None,
                    server_header=False,
                    proxy_headers=False,
                )
            )
            await server.serve(sockets=[listener])

    run(serve_api())


def _sign_in(settings: ApiSettings) -> SignIn | None:
    if settings.tenant_id is None or not settings.audiences:
        return None
    return SignIn(
        tenant_id=settings.tenant_id.casefold(),
        authority_host=settings.authority_host,
        audiences=settings.audiences,
        ca_bundle=settings.ca_bundle,
    )


def simulated_tenant(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    https_port: Annotated[int, typer.Option(help="Port of Entra ID and Graph.")] = 8443,
    http_port: Annotated[int, typer.Option(help="Port of the pages for people.")] = 8081,
    data: Annotated[Path, typer.Option(help="Folder for state, keys, ca.pem.")] = Path(".tenant"),
    name: Annotated[list[str] | None, typer.Option(help="Further names for its TLS.")] = None,
    people_url: Annotated[str | None, typer.Option(help="Where browsers find its pages.")] = None,
    day: Annotated[
        float | None, typer.Option(help="Seconds that a day lasts; without it nobody acts.")
    ] = None,
    trait: Annotated[list[str] | None, typer.Option(help=TRAIT_HELP)] = None,
) -> None:
    """Run a stand-in for Entra ID, Graph, mailboxes and SharePoint. Not Microsoft 365."""
    with demo_extra():
        from simulated_tenant.server import (  # noqa: PLC0415 - the extra `demo` alone has it
            PortInUseError,
            ServedTenant,
            serve,
        )
        from simulated_tenant.settings import TenantSettings  # noqa: PLC0415
        from simulated_tenant.traits import UnknownTraitError, split_trait  # noqa: PLC0415
    settings = TenantSettings(
        data_dir=data,
        host=host,
        https_port=https_port,
        http_port=http_port,
        names=tuple(name or ()),
        people_url=people_url,
        day_length=None if day is None else timedelta(seconds=day),
        traits=tuple(split_trait(one) for one in trait or ()),
    )

    def announce(tenant: ServedTenant) -> None:
        out.print(f"ready: Graph {tenant.graph_url}, pages {tenant.people_url}", soft_wrap=True)

    try:
        run(serve(settings, announce))
    except PortInUseError as error:
        fail(str(error))
    except UnknownTraitError as error:
        fail(str(error), USAGE)


@contextlib.contextmanager
def demo_extra() -> Iterator[None]:
    """Say how the simulated tenant is installed, where an import doesn't find it."""
    try:
        yield
    except ModuleNotFoundError:
        fail("The simulated tenant isn't installed: pip install 'mfa-rollout[demo]'")


def _stop_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is one clear message."""
    try:
        return socket.create_server((host, port), family=_family(host))
    except OSError as error:
        fail(f"The API can't listen on {host}:{port}: {error.strerror}. Set API_HOST, API_PORT.")


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
