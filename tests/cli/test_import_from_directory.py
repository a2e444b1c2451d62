"""`mfa-rollout import` with a list from the directory in place of a file."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from cli.imports.from_directory import unregistered_people
from cli.terminal import ExitStatus
from database.engine import Database, default_url
from domain.failures import UnexpectedAnswer
from domain.identifiers import TASK_QUEUE, enrolment_workflow_id
from domain.imports.reasons import FileFault
from domain.imports.texts import FILE_TEXTS
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.sign_in.given_token import GivenToken
from settings import WorkerSettings, settings_from
from simulated_tenant import SimulatedTenant, population
from simulated_tenant.directory.users import User
from simulated_tenant.testing import running_tenant
from tests.graph.http.peer import Answer, scripted_peer
from tests.support.in_process import run_in_process, settings_of
from tests.support.namespaces import own_namespace
from worker import imports
from worker.build import build_worker
from worker.dependencies import Dependencies
from worker.graph import open_graph
from worker.queues import OnQueue

# Short, and yet no more pages of the report than may be read at once.
PAGE = 20


class Importing:
    """A tenant whose pages are short, and a worker that imports."""

    def __init__(self, tenant: SimulatedTenant, client: Client, settings: dict[str, str]) -> None:
        """Take them."""
        self.tenant = tenant
        self.client = client
        self.settings = settings

    def user(self, name: str, **properties: Any) -> User:
        """Add a user whom no other test knows."""
        return self.tenant.add_user(f"{name}-{uuid4().hex[:8]}@contoso.example", **properties)

    def group(self, name: str, *members: str, **properties: Any) -> str:
        """Add a group with these members, and return its id."""
        group = self.tenant.add_group(name, **properties)
        for member in members:
            self.tenant.add_member(group.id, member)
        return group.id

    async def run(self, *words: str, **changes: str) -> tuple[int, str, str]:
        """Run `import` with these words."""
        return await run_in_process({**self.settings, **changes}, "import", *words)

    async def dry_run(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Dry-run an import; return its status and its report."""
        status, printed, errors = await self.run(*words, "--dry-run", "--json")
        assert printed, errors
        return status, json.loads(printed)


@pytest.fixture(scope="module")
async def importing(
    tmp_path_factory: pytest.TempPathFactory, temporal_address: str, sqlite_template: Path
) -> AsyncIterator[Importing]:
    """Run a tenant, and the part of a worker that imports."""
    folder = tmp_path_factory.mktemp("importing")
    shutil.copy(sqlite_template, folder)
    tenant = SimulatedTenant(tenant_id=population.TENANT_ID, page_cap=PAGE)
    population.populate(tenant)
    client = await own_namespace(temporal_address, scheduled=True)
    async with running_tenant(tenant) as running:
        settings = settings_of(
            running, folder, temporal_address=temporal_address, namespace=client.namespace
        )
        settings |= {"ANSWER_WITHIN": "10m", "REGISTRATION_CHECKS_PER_10S": "1000"}
        of_worker = settings_from(WorkerSettings, settings)
        database = Database(default_url(folder))
        async with open_graph(of_worker) as graph:
            needs = Dependencies(
                client=client,
                graph=graph,
                database=database,
                settings=of_worker,
                task_queue=TASK_QUEUE,
            )
            (queue,) = imports.register(needs)
            assert isinstance(queue, OnQueue)
            async with build_worker(client, queue):
                yield Importing(tenant, client, settings)
        await database.close()


async def test_everybody_in_a_group_by_its_name(importing: Importing) -> None:
    """People of groups within are among them, each once; guests are rejected as those of a file."""
    ann, bob, eve = (importing.user(name) for name in ("ann", "bob", "eve"))
    guest = importing.user("guest", user_type="Guest")
    disabled = importing.user("gone", account_enabled=False)
    inner = importing.group("Inner", bob.id, eve.id)
    importing.group("Pilot O'Hara", ann.id, bob.id, inner, guest.id, disabled.id)

    status, report = await importing.dry_run("--group", "pilot o'hara")

    assert status == ExitStatus.REJECTED_ROWS
    assert report["resolved"] == 4
    assert report["guests"] == 1
    assert report["disabled"] == 1
    assert [row["code"] for row in report["rejected"]] == ["guest"]


async def test_a_group_is_imported_as_a_file_is(importing: Importing) -> None:
    """The import starts its people, and is kept under the group's name."""
    ann, bob = importing.user("ann"), importing.user("bob")
    group = importing.group("Wave one", ann.id, bob.id)

    mailbox = importing.settings["SENDER_MAILBOXES"]
    own = ("--sender-mailboxes", mailbox, "--send-window", "08:00-18:00", "--wave-size", "1")
    status, printed, errors = await importing.run("--group", group, "--batch-id", "wave-one", *own)
    _, shown, _ = await run_in_process(importing.settings, "imports", "show", "wave-one", "--json")

    assert status == ExitStatus.DONE, errors
    assert "wave-one" in printed
    (kept,) = json.loads(shown)
    assert kept["fileName"] == f"group {group}"
    named = {"senderMailboxes": [mailbox], "sendWindow": "08:00-18:00", "waveSize": 1}
    assert kept["options"].items() >= named.items()
    assert all(told in printed for told in (mailbox, "08:00-18:00"))
    for user in (ann, bob):
        # Nobody works on enrolments here.
        await importing.client.get_workflow_handle(enrolment_workflow_id(user.id)).terminate()


async def test_who_is_not_registered(importing: Importing) -> None:
    """By the report, over all its pages; with a group only those of the group."""
    without = importing.user("without")
    hello = importing.user("hello", methods=["windowsHelloForBusiness"])
    importing.group("Mixed", without.id, hello.id)

    status, report = await importing.dry_run("--not-registered", "--group", "Mixed")

    assert status == ExitStatus.DONE
    assert report["resolved"] == report["toInvite"] == 1


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ({}, FileFault.EMPTY_GROUP),
        (
            {"group_types": ["Unified"], "visibility": "HiddenMembership"},
            FileFault.HIDDEN_GROUP,
        ),
    ],
    ids=["empty", "hidden"],
)
async def test_a_group_in_which_nobody_is_seen(
    importing: Importing, kind: dict[str, Any], fault: FileFault
) -> None:
    """Nobody is in it, or Graph doesn't show who is; by its id and by its name."""
    name = f"Nobody {fault.value}"
    group = importing.group(name, *([importing.user("hidden").id] if kind else []), **kind)

    for asked in (group, name):
        status, _, errors = await importing.run("--group", asked, "--dry-run")
        assert status == ExitStatus.USAGE
        said = FILE_TEXTS[fault].format(name=asked)
        assert " ".join(said.split()) in " ".join(errors.split())


async def test_where_everybody_is_registered(importing: Importing) -> None:
    """Nothing is to be done, and that is no failure."""
    importing.group("Done", importing.user("done", methods=["fido2"]).id)

    status, printed, _ = await importing.run("--not-registered", "--group", "Done")

    assert status == ExitStatus.DONE
    assert printed


async def test_a_group_that_is_unclear_is_refused(importing: Importing) -> None:
    """An unknown name is answered with near ones, an ambiguous one with ids; nothing is begun."""
    user = importing.user("ann")
    twins = [importing.group("Twins", user.id, description=f"Number {n}") for n in (1, 2)]
    importing.group("Finance Zürich", user.id)
    importing.group("Nobody's")
    refused = {
        "Finance Zurich": ("Finance Zürich",),
        "finance": ("Finance Zürich",),
        "Twins": (*twins, "Number 2"),
        "Nobody's": ("Nobody's",),
        str(uuid4()): (),
    }
    for name, told in refused.items():
        status, printed, errors = await importing.run("--group", name)
        assert (status, printed) == (ExitStatus.USAGE, ""), name
        assert all(part in errors for part in told), errors


async def test_one_list_at_a_time(importing: Importing) -> None:
    """A file and a group together are refused, and so is neither."""
    for words in ((), ("people.csv", "--group", "Pilot"), ("people.csv", "--not-registered")):
        status, _, errors = await importing.run(*words)
        assert status == ExitStatus.USAGE
        assert "--group" in errors


async def test_without_licence_the_report_says_so(importing: Importing) -> None:
    """After it has been asked three times: Graph denies the licence now and then."""
    importing.tenant.premium = False
    try:
        status, _, errors = await importing.run("--not-registered")
    finally:
        importing.tenant.premium = True
    assert status == ExitStatus.FAILED
    assert "P1" in errors


async def test_a_report_that_goes_round_ends() -> None:
    """Its second page leads to the third, and that one to the second again: nobody waits for it."""
    async with scripted_peer() as peer, open_exchange() as http:
        link = f"{peer.origin}/v1.0/page"
        for number in (2, 3, 2):
            peer.answers(Answer(body={"value": [], "@odata.nextLink": f"{link}{number}"}))
        graph = GraphClient(http, f"{peer.origin}/v1.0", GivenToken("token"))
        with pytest.raises(UnexpectedAnswer, match="in a circle"):
            await unregistered_people(graph, among=None)
