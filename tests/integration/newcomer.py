"""An admin who begins with nothing, and does what each line of `mfa-rollout doctor` says."""

import asyncio
import base64
import json
import re
import shlex
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from cli.terminal import ExitStatus
from demo.commands import CLI
from demo.layout import free_ports, temporal_executable
from domain.doctor.checks import Fault
from domain.doctor.permissions import APP_ROLE_IDS
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.entra.apps import App
from simulated_tenant.testing import TENANT_ID, RunningTenant
from tests.graph.sign_in.people import browser_of
from tests.support.connect_proxy import ConnectProxy
from tests.support.eventually import eventually
from tests.support.in_process import KEY, run_in_process

# However busy the machine is.
PATIENCE = 600
# Only the proxy knows the way there.
NAME = "microsoft.simulated-tenant.test"
CLIENT_ID = "22222222-2222-4333-8444-555555555555"
SECRET = "a-secret-of-the-worker-0123456789"
SITE = "https://contoso.sharepoint.example/sites/mfa"
SENDER = "mfa@contoso.example"
WRONG_KIND, RIGHT_KIND = "MFA enforced", "MFA enforced, assigned"
ROUNDS = 10
PROCESSES = {Fault.NO_WORKER, Fault.URL_UNREACHABLE}
Line = Mapping[str, str]


@dataclass(kw_only=True)
class Newcomer:
    """An admin with a tenant in which nothing is prepared, and a folder in which nothing is."""

    running: RunningTenant
    proxy: ConnectProxy
    admin: User
    folder: Path
    temporal_address: str
    namespace: str = field(default_factory=lambda: f"newcomer-{uuid4()}")
    port: int = field(default_factory=lambda: free_ports(1)[0])
    settings: dict[str, str] = field(default_factory=dict)
    group: str = WRONG_KIND
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    fixed: list[str] = field(default_factory=list)

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.running.tenant

    @property
    def worker_app(self) -> App:
        """The worker's app registration."""
        found = self.tenant.apps.get(CLIENT_ID)
        assert found is not None
        return found

    @property
    def known(self) -> dict[str, str]:
        """What an admin knows of their tenant without looking anything up."""
        return {
            "CLIENT_ID": CLIENT_ID,
            "TRACKING_TOKEN_KEY": base64.b64encode(KEY).decode(),
            "PUBLIC_BASE_URL": f"http://localhost:{self.port}",
            "COMPANY_NAME": "Contoso",
            "SUPPORT_EMAIL": "help@contoso.example",
            "SENDER_MAILBOXES": SENDER,
            # The sentence begins with these words, where no way of signing in is set.
            "None": "",
        }

    async def run(self, *words: str) -> tuple[int, str, str]:
        """Type a command of ours; return its status and both of its outputs."""
        with browser_of(self.admin.id):
            return await run_in_process(MappingProxyType({"COLUMNS": "80", "TERM": "dumb"}), *words)

    async def doctor(self) -> list[Line]:
        """Return what doctor says needs fixing, from top to bottom."""
        _, printed, errors = await self.run("doctor", "--json", f"--within={PATIENCE}")
        assert printed, errors
        lines = json.loads(printed)["lines"]
        return [line for line in lines if line["verdict"] == "needs_fixing"]

    def write(self, **settings: str) -> None:
        """Write settings into the file."""
        self.settings |= settings
        file = self.folder / ".env"
        file.write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))

    async def type(self, line: Line) -> None:
        """Type the command of a line as it stands there."""
        for command in line["command"].splitlines():
            program, *words = shlex.split(command)
            if program == "mfa-rollout":
                await self.run(*words)
            else:
                await self.run_foreign(program, *words)

    async def run_foreign(self, program: str, *words: str) -> None:
        """Run a program that is not ours, until the server's parts know what the others know."""
        path = {"temporal": temporal_executable()}.get(program, program)

        async def done() -> bool:
            process = await asyncio.create_subprocess_exec(path, *words)
            return await process.wait() == 0

        await eventually(done, seconds=PATIENCE)

    # What a newcomer does about each line.

    async def begin(self, _: Line) -> None:
        """Write a file with what belongs to this tenant and this Temporal server."""
        self.write(
            SIMULATED_TENANT="on",
            AUTHORITY_HOST=self.running.origin,
            GRAPH_BASE_URL=self.running.graph_url,
            CA_BUNDLE=str(self.running.ca_path),
            TENANT_ID=TENANT_ID,
            TEMPORAL_ADDRESS="127.0.0.1:1",
            TEMPORAL_NAMESPACE=self.namespace,
            API_PORT=str(self.port),
        )
        (self.folder / ".env").chmod(0o644)

    async def set(self, line: Line) -> None:
        """Set what one knows, and let ``provision`` find what the sentence says that it finds."""
        name = line["text"].split()[0]
        if name in self.settings:
            # Another line of the same round has led to it.
            return
        if name not in self.known:
            assert "mfa-rollout provision" in line["text"], line
            await self.provision()
        elif name == "None":
            self.write(CLIENT_SECRET=SECRET)
        else:
            self.write(**{name: self.known[name]})

    async def provision(self) -> None:
        """Write down the settings that ``provision`` prints."""
        _, printed, _ = await self.run("provision", "--site", SITE, "--group", self.group)
        found = re.findall(r"^([A-Z_]+_ID)=(.+)$", printed, flags=re.MULTILINE)
        self.write(**dict(found))

    async def reach_temporal(self, line: Line) -> None:
        """Correct the address; then create the namespace by the command in the sentence."""
        command = re.search(r"`(temporal [^`]+)`", line["text"])
        if command is None:
            self.write(TEMPORAL_ADDRESS=self.temporal_address)
            return
        await self.run_foreign(*shlex.split(command[1]))

        async def known() -> bool:
            # The server's parts learn of a namespace within seconds, one after the other.
            told = {one["code"] for one in await self.doctor()}
            return Fault.TEMPORAL not in told

        await eventually(known, seconds=PATIENCE)

    async def use_proxy(self, _: Line) -> None:
        """Name the proxy."""
        self.write(HTTPS_PROXY_URL=self.proxy.url)

    async def permit(self, line: Line) -> None:
        """Consent to the permissions whose ids are in the command."""
        names = {number: name for name, number in APP_ROLE_IDS.items()}
        app = self.worker_app
        app.roles = [
            *app.roles,
            *(names[one] for one in re.findall(r"(\S+)=Role", line["command"])),
        ]
        self.tenant.apps.put(app)

    async def choose_group(self, _: Line) -> None:
        """Make a group of the kind that the guide describes, and let its id be found."""
        self.group = RIGHT_KIND
        self.tenant.add_group(RIGHT_KIND)
        await self.provision()

    async def grant_site(self, line: Line) -> None:
        """Make the grant that is in the command's body."""
        grant = json.loads(shlex.split(line["command"])[-1])
        site = self.tenant.sites.find(self.settings["SITE_ID"])
        assert site is not None
        assert self.settings["SITE_ID"] in line["command"]
        site.grants = {grant["grantedTo"]["application"]["id"]: grant["roles"]}

    async def grant_mailbox(self, line: Line) -> None:
        """Run the fifth step of the script that the first command prints."""
        words = shlex.split(line["command"].splitlines()[0])
        status, script, _ = await self.run(*words[1 : words.index(">")])
        assert status == ExitStatus.DONE
        granted = re.search(r"\$mailPermissions = @\((.+)\)", script)
        assert granted is not None
        app, mailbox = self.worker_app, self.tenant.user(SENDER).id
        app.mailbox_scopes = {name: [mailbox] for name in re.findall(r"'([^']+)'", granted[1])}
        self.tenant.apps.put(app)

    async def start(self, line: Line) -> None:
        """Start the process, and wait until its line is not red any more."""
        program, verb = line["command"].split()
        assert program == "mfa-rollout"
        assert verb not in self.processes
        with (self.folder / f"{verb}.log").open("wb") as log:
            self.processes[verb] = await asyncio.create_subprocess_exec(
                *CLI, verb, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

        async def runs() -> bool:
            assert self.processes[verb].returncode is None, (
                self.folder / f"{verb}.log"
            ).read_text()
            return line["check"] not in {one["check"] for one in await self.doctor()}

        await eventually(runs, seconds=PATIENCE)


DEEDS: Mapping[str, Callable[[Newcomer, Line], Awaitable[None]]] = {
    Fault.NO_SETTINGS: Newcomer.begin,
    Fault.SETTING: Newcomer.set,
    Fault.FILE_READABLE: Newcomer.type,
    Fault.SCHEMA: Newcomer.type,
    Fault.TEMPORAL: Newcomer.reach_temporal,
    Fault.SHORT_RETENTION: Newcomer.type,
    Fault.ATTRIBUTES_MISSING: Newcomer.type,
    Fault.SCHEDULES_MISSING: Newcomer.type,
    Fault.MICROSOFT: Newcomer.use_proxy,
    Fault.PERMISSIONS_MISSING: Newcomer.permit,
    Fault.REPORT_NOT_PERMITTED: Newcomer.permit,
    Fault.GROUP: Newcomer.choose_group,
    Fault.SITE_NOT_GRANTED: Newcomer.grant_site,
    Fault.MAILBOX_NOT_GRANTED: Newcomer.grant_mailbox,
    Fault.NO_WORKER: Newcomer.start,
    Fault.URL_UNREACHABLE: Newcomer.start,
}
