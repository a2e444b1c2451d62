"""The services of the Compose file as processes, with its commands, settings and secrets."""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from cli.processes.demo import demo_tenant
from client.setup import check_search_attributes
from demo.commands import CLI, parts_of
from demo.layout import Layout, free_ports, temporal_executable
from demo.processes import Process, Processes
from domain.doctor.checks import Check, Verdict
from temporal.connect import connect
from tests.database import cluster
from tests.deploy.compose import ROOT, SERVICES, demo_environment, environment_of
from tests.deploy.edge import running_edge
from tests.deploy.postgresql import Server, running_server
from tests.support.product import Product, button, links

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy isn't installed"),
    pytest.mark.skipif(cluster.executables() is None, reason="PostgreSQL isn't installed"),
]
HOST = "mfa.localhost"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the services are that the file names by their hosts."""

    folder: Path
    layout: Layout
    server: Server
    public_port: int
    metrics_ports: dict[str, int]

    def environment(self, service: str) -> dict[str, str]:
        """Return what a service is given by the demo's ``.env``, with the hosts of this machine."""
        secrets = self.folder / "secrets"
        # Kept from others, as `prepare.sh` does it and as a container is.
        secrets.mkdir(mode=0o700, exist_ok=True)
        for name in SERVICES[service].get("secrets", []):
            (secrets / name).write_text(self.server.url(name))
        replaced = {
            "/run/secrets": str(secrets),
            "/tenant": str(self.folder / "tenant"),
            "/var/lib/mfa-rollout-admin": str(self.folder),
            "/var/lib/mfa-rollout": str(self.folder),
            "https://simulated-tenant:8443": f"https://localhost:{self.layout.tenant_https_port}",
            "temporal:7233": self.layout.temporal,
            f"http://{HOST}:8080": f"http://{HOST}:{self.public_port}",
        }
        given = environment_of(SERVICES[service], demo_environment())
        for written, here in replaced.items():
            given = {name: value.replace(written, here) for name, value in given.items()}
        if "API_PORT" in given:
            given |= {"API_HOST": "127.0.0.1", "API_PORT": str(self.layout.api_port)}
        given["METRICS_HOST"] = "127.0.0.1"
        if service in self.metrics_ports:
            given["METRICS_PORT"] = str(self.metrics_ports[service])
        # Tests wait for workers however busy the machine is.
        given["ANSWER_WITHIN"] = "60s"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, **given, "MFA_ROLLOUT_ENV_FILE": os.devnull}

    def process(self, service: str, ready: Callable[[], Awaitable[bool]]) -> Process:
        """Return a service as a process."""
        command = (*CLI, *SERVICES[service]["command"])
        return Process(name=service, command=command, env=self.environment(service), ready=ready)

    async def admin(self, *words: str) -> tuple[int, str]:
        """Run a verb as ``docker compose run --rm admin`` does; return its status and output."""
        process = await asyncio.create_subprocess_exec(
            *CLI,
            *words,
            env=self.environment("admin"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()


async def test_from_the_empty_database_to_a_click(tmp_path: Path) -> None:
    """By the file's own steps a person is imported, mailed, clicks at the edge, and is added."""
    programs = cluster.executables()
    assert programs is not None
    layout = Layout.fresh(tmp_path, 60)
    public_port, *for_metrics = free_ports(3)
    (tmp_path / "project").mkdir()
    with running_server(programs, tmp_path / "project") as server:
        place = Place(
            folder=tmp_path,
            layout=layout,
            server=server,
            public_port=public_port,
            metrics_ports=dict(zip(("worker", "api"), for_metrics, strict=True)),
        )
        async with (
            httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=600) as control,
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{public_port}",
                headers={"Host": f"{HOST}:{public_port}"},
                trust_env=False,
                timeout=600,
            ) as public,
            Processes(tmp_path) as processes,
            running_edge(
                tmp_path,
                f"http://{HOST}",
                public_port,
                EDGE_UPSTREAM=f"127.0.0.1:{layout.api_port}",
            ),
        ):

            async def ready() -> bool:
                return True

            async def api_is_up() -> bool:
                async with httpx.AsyncClient(trust_env=False) as client:
                    try:
                        return (await client.get(f"{layout.api}/readyz")).is_success
                    except httpx.TransportError:
                        return False

            outside, _ = parts_of(layout, demo_tenant(), control, acting=False)
            await processes.start(*outside)
            await create_namespace(layout.temporal)
            migrated = await asyncio.create_subprocess_exec(
                *CLI, *SERVICES["migrate"]["command"], env=place.environment("migrate")
            )
            assert await migrated.wait() == 0
            await processes.start(place.process("worker", ready), place.process("api", api_is_up))
            product = Product(
                layout=layout,
                control=control,
                public=public,
                temporal=await connect(layout.temporal),
            )

            status, output = await place.admin("provision")
            assert status == 0, output
            ada = await product.add_person("ada.compose", displayName="Ada Compose")
            (tmp_path / "people.csv").write_text(f"UPN\n{ada}\n")
            status, output = await place.admin("import", str(tmp_path / "people.csv"))
            assert status == 0, output
            _, output = await place.admin("doctor", "--json")
            lines = json.loads(output)["lines"]
            needed = {one["check"] for one in lines if one["verdict"] == Verdict.NEEDS_FIXING}
            # A development server keeps ended workflows for a day, and not every machine knows the
            # name of the demo's edge.
            assert needed <= {Check.TEMPORAL, Check.PUBLIC_URL}, output

            link = urlsplit(links(await product.mail(ada))["enrol"])
            assert link.netloc == f"{HOST}:{public_port}"
            landing = await public.get(f"{link.path}?{link.query}")
            assert landing.status_code == 200
            started = await public.post("/api/enrol", data=button(landing.text))
            assert started.status_code == 200
            row = await product.row_with(ada, InviteStatus="AddedToGroup", InGroup=True)
            assert row["ClickedLinkDate"]

            for service, told in (
                ("worker", 'mfa_rollout_mails_total{activity_type="deliver_mail"'),
                ("api", "mfa_rollout_outbox_up 1.0"),
            ):
                url = f"http://127.0.0.1:{place.metrics_ports[service]}/metrics"
                page = (await control.get(url)).text
                assert told in page
                assert "mfa_rollout_database_up 1.0" in page
                assert f'mfa_rollout_processes{{kind="{service}"}} 1.0' in page
                assert ada not in page
            assert (await public.get("/healthz")).status_code == 404


async def create_namespace(address: str) -> None:
    """Run the script that makes the namespace, twice; it keeps histories for a month."""
    namespace = "compose"
    service = SERVICES["temporal-namespace"]
    given = environment_of(service, {"TEMPORAL_NAMESPACE": namespace})
    path = f"{Path(temporal_executable()).parent}:{os.environ['PATH']}"
    environment = {**given, "TEMPORAL_ADDRESS": address, "PATH": path, "HOME": os.environ["HOME"]}
    script = ROOT / "deploy/temporal" / Path(service["entrypoint"][-1]).name
    for _ in range(2):
        process = await asyncio.create_subprocess_exec("/bin/sh", str(script), env=environment)
        assert await process.wait() == 0
    client = await Client.connect(address, namespace=namespace)
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=namespace)
    )
    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)
    await check_search_attributes(client)
