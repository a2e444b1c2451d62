"""The command line: one verb for each process, and for what admins do."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.console import Console
from rich.table import Table
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

import temporal_client
from api.app import create_app
from api.config import ApiConfig, ApiDependencies
from demo.layout import DemoTenant
from demo.parts import DemoError
from demo.run import run_demo
from domain.failures import RolloutError
from domain.import_file import ImportFileError, read_import_file
from domain.messages import AdminRequest
from logs import configure_logs
from settings import ApiSettings, PolicySettings, SettingsError, WorkerSettings, load_settings
from simulated_tenant import population
from simulated_tenant.server import PortInUseError, ServedTenant, serve
from simulated_tenant.settings import TenantSettings
from worker import run_worker
from workflows.batch_start import BatchReport, batch_report, start_batch
from workflows.enrolment import EnrolmentWorkflow
from workflows.history import read_history
from workflows.lookup import EnrolmentHandle, count_by_status, find_enrolment

USAGE = 2

app = typer.Typer(
    help="See every person on a list through MFA enrolment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Update = UpdateMethodMultiParam[[EnrolmentWorkflow, AdminRequest], None]
Reason = Annotated[str, typer.Option(help="Why: it stays in the person's history.")]
Who = Annotated[str, typer.Argument(help="User principal name or ObjectId.")]


def main() -> None:
    """Run a verb, and leave with its true status.

    A process that used the Temporal SDK may crash while the interpreter is taken down, after all
    work was done (SDK issue 300), so it is left without that.
    """
    try:
        app()
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def run(verb: Coroutine[Any, Any, None]) -> None:
    """Run a verb's coroutine; what goes wrong becomes one clear message and a status."""
    try:
        asyncio.run(verb)
    except (SettingsError, ImportFileError) as error:
        fail(str(error), USAGE)
    except (RolloutError, DemoError, PortInUseError) as error:
        fail(str(error))
    except WorkflowFailureError as error:
        fail(f"The import failed and can be started again: {error.cause}")
    except (RuntimeError, RPCError) as error:
        if isinstance(error, RPCError) and error.status is not RPCStatusCode.UNAVAILABLE:
            raise
        if isinstance(error, RuntimeError) and "connect" not in str(error).casefold():
            raise
        address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
        fail(f"Temporal can't be reached at {address}: start it, or set TEMPORAL_ADDRESS.")


def fail(message: str, status: int = 1) -> None:
    """Say what is wrong, and end."""
    err.print(f"[bold red]error:[/] {_escape(message)}", soft_wrap=True)
    raise typer.Exit(status)


@app.command()
def demo(
    *,
    until_settled: Annotated[
        bool, typer.Option(help="End by itself when every story has ended as it should.")
    ] = False,
    day: Annotated[float, typer.Option(help="Seconds that a day lasts.", min=0.5)] = 2.0,
) -> None:
    """Show the whole rollout: Temporal, a simulated tenant, worker and API, 40 people."""
    tenant = DemoTenant(
        tenant_id=population.TENANT_ID,
        client_id=population.WORKER_CLIENT_ID,
        client_secret=population.WORKER_SECRET,
        group_id=population.GROUP_ID,
        site_id=population.SITE_ID,
        list_id=population.LIST_ID,
        sender=population.SENDER,
        sample_csv=population.sample_csv(),
    )
    run(run_demo(tenant, day_seconds=day, until_settled=until_settled))


@app.command()
def worker() -> None:
    """Run a worker until it is told to stop."""
    configure_logs()

    async def work() -> None:
        settings = load_settings(WorkerSettings)
        client = await temporal_client.connect()
        await run_worker(client, settings, _stop_signal())

    run(work())


@app.command()
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
        )
        client = await temporal_client.connect(lazy=True)
        application = create_app(ApiDependencies(config=config, client=client))
        server = uvicorn.Server(
            uvicorn.Config(
                application,
                host=settings.api_host,
                port=settings.api_port,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
            )
        )
        await server.serve()

    run(serve_api())


@app.command()
def simulated_tenant(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    https_port: Annotated[int, typer.Option(help="Port of Entra ID and Graph.")] = 8443,
    http_port: Annotated[int, typer.Option(help="Port of the pages for people.")] = 8081,
    data: Annotated[Path, typer.Option(help="Folder for state, keys and ca.pem.")] = Path(
        ".tenant"
    ),
    name: Annotated[list[str] | None, typer.Option(help="Further names for its TLS.")] = None,
    people_url: Annotated[str | None, typer.Option(help="Where browsers find its pages.")] = None,
    day: Annotated[
        float | None, typer.Option(help="Seconds that a day lasts; without it nobody acts.")
    ] = None,
) -> None:
    """Run a stand-in for Entra ID, Graph, mailboxes and SharePoint. Not Microsoft 365."""
    settings = TenantSettings(
        data_dir=data,
        host=host,
        https_port=https_port,
        http_port=http_port,
        names=tuple(name or ()),
        people_url=people_url,
        day_length=None if day is None else timedelta(seconds=day),
    )

    def announce(tenant: ServedTenant) -> None:
        out.print(f"ready: Graph {tenant.graph_url}, pages {tenant.people_url}", soft_wrap=True)

    run(serve(settings, announce))


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV with a column UPN, UserPrincipalName or Email.")
    ],
    *,
    batch_id: Annotated[str | None, typer.Option(help="Name of the batch; default: now.")] = None,
    include_cancelled: Annotated[bool, typer.Option(help="Start cancelled people again.")] = False,
) -> None:
    """Start an enrolment for every person in a file; nobody is started twice."""

    async def start() -> None:
        content = _read(file)
        people = read_import_file(content)
        policy = load_settings(PolicySettings).policy
        client = await temporal_client.connect()
        name = batch_id or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        handles = await start_batch(
            client, people, batch_id=name, policy=policy, include_cancelled=include_cancelled
        )
        with out.status(f"Batch {name}: {len(people.rows)} rows"):
            report = await batch_report(name, people, handles)
        _print_report(report)

    run(start())


@app.command()
def status(
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
) -> None:
    """Show how many people stand where."""

    async def count() -> None:
        client = await temporal_client.connect()
        table = Table("Status", "People", box=None)
        for name, people in (await count_by_status(client, batch_id)).items():
            table.add_row(name, str(people))
        out.print(table)

    run(count())


@app.command()
def show(who: Who) -> None:
    """Tell one person's story, step by step, with the reasons."""

    async def tell() -> None:
        client = await temporal_client.connect()
        handle = await _enrolment(client, who)
        async for line in read_history(client, handle):
            out.print(f"{line.at:%d %b %Y %H:%M:%S}  {_escape(line.text)}")

    run(tell())


@app.command()
def pause(who: Who, reason: Reason) -> None:
    """Send this person nothing until resumed."""
    _ask(who, reason, EnrolmentWorkflow.pause, "Paused.")


@app.command()
def resume(who: Who, reason: Reason) -> None:
    """Go on with a paused person."""
    _ask(who, reason, EnrolmentWorkflow.resume, "Resumed.")


@app.command()
def resend(who: Who, reason: Reason) -> None:
    """Send this person a new link at once."""
    _ask(who, reason, EnrolmentWorkflow.resend, "A new link is on its way.")


@app.command()
def cancel(who: Who, reason: Reason) -> None:
    """End this person's enrolment; their links are not recognised any more."""
    _ask(who, reason, EnrolmentWorkflow.cancel, "Cancelled.")


def _ask(who: str, reason: str, update: Update, done: str) -> None:
    async def ask() -> None:
        client = await temporal_client.connect()
        handle = await _enrolment(client, who)
        request = AdminRequest(actor=getpass.getuser(), reason=reason)
        try:
            await handle.execute_update(update, request)
        except WorkflowUpdateFailedError as error:
            fail(str(error.cause))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            fail("This enrolment has ended.")
        out.print(done)

    run(ask())


async def _enrolment(client: Client, who: str) -> EnrolmentHandle:
    handle = await find_enrolment(client, who)
    if handle is None:
        fail(f"Nobody called {who} is enrolled: check the spelling, or import them first.")
        raise AssertionError
    return handle


def _print_report(report: BatchReport) -> None:
    table = Table("Batch", report.batch_id, box=None)
    for name, number in (
        ("Started", report.started),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Cancelled earlier, left alone", report.cancelled),
        ("Repeated rows", len(report.repeated)),
        ("Rejected rows", len(report.rejected)),
    ):
        table.add_row(name, str(number))
    out.print(table)
    for row in sorted([*report.rejected, *report.repeated], key=lambda row: row.line):
        out.print(f"line {row.line}: {_escape(row.reason)}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{file} can't be read: {error.strerror}.") from None


def _stop_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _escape(text: str) -> str:
    return text.replace("[", "\\[")


if __name__ == "__main__":
    main()
