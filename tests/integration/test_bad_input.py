"""What is wrong is said in one message that names the thing and the remedy, with a status."""

import base64
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from cli.processes.demo import demo_tenant
from demo.commands import CLI
from tests.support import temporal_server
from tests.support.command_line import run_alone
from tests.support.product import Product

API = {
    "TRACKING_TOKEN_KEY": base64.b64encode(bytes(range(32))).decode(),
    "PUBLIC_BASE_URL": "https://mfa.contoso.example",
    "COMPANY_NAME": "Contoso",
    "SUPPORT_EMAIL": "help@contoso.example",
}


async def test_missing_settings_are_named(tmp_path: Path) -> None:
    """A worker with no settings names each of them and ends with 2."""
    status, output = await run_alone("worker", folder=tmp_path, program=CLI)
    assert status == 2
    for name in ("TENANT_ID", "CLIENT_ID", "LIST_ID", "SENDER_MAILBOXES", "TRACKING_TOKEN_KEY"):
        assert f"{name} is missing" in output
    assert "Traceback" not in output


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """The API says which port is taken, and which settings choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, output = await run_alone("api", folder=tmp_path, program=CLI, **API, API_PORT=port)
    assert status == 1
    assert port in output
    assert "API_PORT" in output
    assert "Traceback" not in output


async def test_without_temporal_an_import_says_where_it_looked(tmp_path: Path) -> None:
    """An import that can't reach Temporal names the address, and nothing is half done."""
    file = tmp_path / "people.csv"
    file.write_text("UPN\nada@contoso.example\n")
    address = "127.0.0.1:1"
    status, output = await run_alone("import", str(file), folder=tmp_path, TEMPORAL_ADDRESS=address)
    assert status == 1
    assert f"Temporal can't be reached at {address}" in output
    assert "Traceback" not in output


@pytest.fixture(scope="module")
def bare_address() -> Iterator[str]:
    """Run a Temporal server as it is before ``provision``: without our search attributes."""
    process, address = temporal_server.start(search_attributes=False)
    try:
        temporal_server.wait_until_ready(process, address, query="")
        yield address
    finally:
        temporal_server.stop(process)


async def test_before_provision_it_is_said_what_to_run(bare_address: str, tmp_path: Path) -> None:
    """Without our search attributes a verb says to run ``provision``, in one message."""
    (tmp_path / "people.csv").write_text("UPN\nada@contoso.example\n")
    # Without our tables it would be these that are missing: the audit log is one of them.
    await run_alone("migrate", folder=tmp_path, TEMPORAL_ADDRESS=bare_address)
    status, output = await run_alone(
        "import", "people.csv", folder=tmp_path, TEMPORAL_ADDRESS=bare_address
    )
    assert status == 1
    assert output.startswith("error: The namespace default lacks our search attributes")
    assert "mfa-rollout provision" in output
    assert output.count("\n") == 1


async def test_a_namespace_that_is_not_there(temporal_address: str, tmp_path: Path) -> None:
    """A namespace that doesn't exist is named, and who is looked for isn't said to be missing."""
    status, output = await run_alone(
        "show",
        str(uuid4()),
        "--history",
        folder=tmp_path,
        TEMPORAL_ADDRESS=temporal_address,
        TEMPORAL_NAMESPACE="nowhere",
    )
    assert status == 1
    assert f"Temporal at {temporal_address} has no namespace nowhere" in output
    assert "Traceback" not in output


async def test_a_file_that_is_no_list_of_people(tmp_path: Path) -> None:
    """It is refused with 2, and what stands in it is quoted."""
    (tmp_path / "people.csv").write_text("Name,Phone\nAda,1\n")
    status, output = await run_alone("import", "people.csv", folder=tmp_path)
    assert status == 2
    assert "Name, Phone" in output
    assert "Traceback" not in output


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A path that leads nowhere is named."""
    status, output = await run_alone("import", "nobody.csv", folder=tmp_path)
    assert status == 2
    assert "nobody.csv" in output


WRONG = {
    "client secret": ({"CLIENT_SECRET": "x" * 40}, "CLIENT_SECRET"),
    "list": ({"LIST_ID": "99999999-2222-4333-8444-555555555555"}, "LIST_ID"),
}


@pytest.mark.parametrize("thing", ["client secret", pytest.param("list", marks=pytest.mark.long)])
async def test_a_worker_that_can_do_nothing_says_why(idle_product: Product, thing: str) -> None:
    """A wrong secret or list ends the worker with a message that names it."""
    settings, name = WRONG[thing]
    status, output = await idle_product.run("worker", **settings)
    assert status == 1
    assert name in output
    assert "Traceback" not in output


async def test_a_worker_without_its_namespace_says_so(idle_product: Product) -> None:
    """A worker whose namespace isn't there ends before its first task, and names it."""
    status, output = await idle_product.run("worker", TEMPORAL_NAMESPACE="nowhere")
    assert status == 1
    assert "has no namespace nowhere" in output
    assert "Traceback" not in output


async def test_a_missing_permission_is_named(idle_product: Product) -> None:
    """A worker whose app has lost the group's permission ends and names what to grant."""
    client_id = demo_tenant().client_id
    lost = ["GroupMember.ReadWrite.All", "Sites.Selected"]
    await idle_product.control.patch(f"/control/apps/{client_id}", json={"removeRoles": lost})
    try:
        await idle_product.control.post("/control/tokens/expire")
        status, output = await idle_product.run("worker")
    finally:
        await idle_product.control.patch(f"/control/apps/{client_id}", json={"addRoles": lost})
        await idle_product.control.post("/control/tokens/expire")
    assert status == 1
    assert "Grant" in output
    assert "Traceback" not in output
