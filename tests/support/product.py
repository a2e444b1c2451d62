"""The whole product as real processes, as an outsider meets it: command line, pages, mailboxes."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from temporalio.client import Client

from cli.processes.demo import demo_tenant
from cli.terminal import ExitStatus
from demo.commands import CLI, parts_of
from demo.layout import Layout
from demo.processes import Process, Processes
from temporal.connect import connect
from tests.support import warm
from tests.support.eventually import eventually

# The API closes a connection that is idle for five seconds: a client that keeps it as long may ask
# just then, and is told that nobody answers.
BRIEFLY = httpx.Limits(keepalive_expiry=2)


@dataclass(kw_only=True)
class Product:
    """A running rollout: a Temporal server, a tenant whose people are idle, a worker, the API."""

    layout: Layout
    control: httpx.AsyncClient
    public: httpx.AsyncClient
    temporal: Client
    worker: asyncio.subprocess.Process | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a process is given: verbs wait for a worker however busy the machine is."""
        patience = {"ANSWER_WITHIN": "60s"}
        return {**self.layout.process_environment(demo_tenant()), **patience, **self.settings}

    async def run(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run a verb of the command line; return its status and all it printed."""
        process = await self._start(*arguments, errors=asyncio.subprocess.STDOUT, **settings)
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    async def run_apart(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """Run a verb; return its status, its standard output and its standard error."""
        process = await self._start(*arguments, errors=asyncio.subprocess.PIPE, **settings)
        output, errors = await process.communicate()
        return process.returncode or 0, output.decode(), errors.decode()

    async def _start(
        self, *arguments: str, errors: int, **settings: str
    ) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *warm.command("cli"),
            *arguments,
            env={**self.environment, **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )

    async def import_people(self, *addresses: str, batch_id: str, **settings: str) -> str:
        """Import people as an admin does, with these settings; return what was printed.

        Rows may be rejected.
        """
        file = self.layout.folder / f"{batch_id}.csv"
        file.write_text("\n".join(["UPN", *addresses]))
        status, output = await self.run("import", str(file), f"--batch-id={batch_id}", **settings)
        assert status in {ExitStatus.DONE, ExitStatus.REJECTED_ROWS}, output
        return output

    async def start_worker(self, *, measured: bool = False) -> None:
        """Start the worker; one that is measured is its own process from the beginning."""
        program = CLI if measured else warm.command("cli")
        with (self.layout.folder / "worker.log").open("ab") as log:
            self.worker = await asyncio.create_subprocess_exec(
                *program,
                "worker",
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill_worker(self) -> None:
        """End the worker as a power failure would."""
        if self.worker is not None and self.worker.returncode is None:
            self.worker.kill()
            await self.worker.wait()

    async def fault(self, **fault: Any) -> None:
        """Make something go wrong in the tenant."""
        (await self.control.post("/control/faults", json=fault)).raise_for_status()

    async def faults(self) -> list[dict[str, Any]]:
        """Return the faults in force, with how often each was hit."""
        return (await self.control.get("/control/faults")).json()["value"]  # type: ignore[no-any-return]

    async def add_person(self, alias: str, **properties: Any) -> str:
        """Add somebody to the directory, and return their UPN."""
        upn = f"{alias}@contoso.example"
        body = {"userPrincipalName": upn, "mail": upn, "displayName": alias, **properties}
        (await self.control.post("/control/users", json=body)).raise_for_status()
        return upn

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """Return somebody's mailbox."""
        response = await self.control.get(f"/control/mailboxes/{quote(address)}/messages")
        return response.json()["value"]  # type: ignore[no-any-return]

    async def mail(self, address: str, count: int = 1) -> dict[str, Any]:
        """Wait for somebody's mail, the first, second and so on."""
        mails: list[dict[str, Any]] = []

        async def arrived() -> bool:
            mails[:] = await self.mails(address)
            return len(mails) >= count

        await eventually(arrived)
        return mails[count - 1]

    async def row(self, address: str) -> dict[str, Any]:
        """Return somebody's row on the tracking list, empty when there is none."""
        items = (await self.control.get("/control/items")).json()["value"]
        rows = [item for item in items if item["Title"].casefold() == address.casefold()]
        assert len(rows) <= 1, "two rows for one person"
        return rows[0] if rows else {}

    async def row_with(
        self, address: str, *, within: float = 600, **columns: Any
    ) -> dict[str, Any]:
        """Wait until somebody's row holds these values."""
        found: dict[str, Any] = {}

        async def holds() -> bool:
            # As it is now: a column that was emptied since the last look is gone.
            row = await self.row(address)
            found.clear()
            found.update(row)
            return all(found.get(name) == value for name, value in columns.items())

        await eventually(holds, seconds=within)
        return found

    async def come_round(self, schedule_id: str) -> None:
        """Let what comes round by itself come now, and end."""
        schedule = self.temporal.get_schedule_handle(schedule_id)
        before = (await schedule.describe()).info.num_actions
        await schedule.trigger()

        async def looked() -> bool:
            info = (await schedule.describe()).info
            return info.num_actions > before and not info.running_actions

        await eventually(looked)

    async def until_member(self, object_id: str) -> None:
        """Wait until somebody is seen in the enforcement group, which may be late."""

        async def is_member() -> bool:
            return object_id in await self.members()

        await eventually(is_member)

    async def members(self) -> list[str]:
        """Return the ObjectIds in the enforcement group."""
        group = demo_tenant().group_id
        response = await self.control.get(f"/control/groups/{group}/members")
        return response.json()["value"]  # type: ignore[no-any-return]


def links(mail: dict[str, Any]) -> dict[str, str]:
    """Return the links and images of a mail by what they are for."""
    urls = [unescape(url) for url in re.findall(r'(?:href|src)="([^"]+)"', mail["html"])]
    kinds = {"enrol": "/api/enrol?", "pixel": "/api/track-open?", "resend": "/api/resend"}
    return {name: url for name, path in kinds.items() for url in urls if path in url}


def button(page: str) -> dict[str, str]:
    """Return what the page's form would post."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


@asynccontextmanager
async def running_product(
    folder: Path, *, day_seconds: float, database_url: str = "", **settings: str
) -> AsyncIterator[Product]:
    """Start everything but the worker, with these settings, and leave nothing behind."""
    layout = Layout.fresh(folder, day_seconds, database_url=database_url)
    async with (
        httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=600) as control,
        httpx.AsyncClient(
            base_url=layout.api, trust_env=False, timeout=600, limits=BRIEFLY
        ) as public,
        Processes(folder) as parts,
    ):
        (temporal, tenant), (_, api) = parts_of(layout, demo_tenant(), control, acting=False)
        await parts.start(temporal, _warm(tenant))
        product = Product(
            layout=layout,
            control=control,
            public=public,
            temporal=await connect(layout.temporal),
            settings=settings,
        )
        status, output = await product.run("migrate")
        assert status == ExitStatus.DONE, output
        await parts.start(_warm(replace(api, env={**api.env, **settings})))
        try:
            yield product
        finally:
            await product.kill_worker()


def _warm(process: Process) -> Process:
    return replace(process, command=(*warm.command("cli"), *process.command[len(CLI) :]))
