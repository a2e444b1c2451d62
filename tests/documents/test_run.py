"""The commands of the documents, run in order against one demo, as a reader would."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from cli.processes.demo import demo_tenant
from demo.commands import CLI
from demo.env_file import settings_file
from settings import DEMO_ENV_FILE
from tests.documents.shown import (
    DOCUMENTS,
    PROGRAM,
    ROOT,
    SHELL,
    UNTIL_ENDED,
    commands,
    fences,
    settings_before,
    shown_in_table,
)
from tests.support.eventually import eventually
from tests.support.product import Product, running_product

pytestmark = pytest.mark.long

# Who is in the documents' examples: they come into the directory, and into the file.
ADA = ("ada", "Ada Lovelace")
# The documents speak of a tenant that is somebody's own.
OWN_DOMAIN, DOMAIN = "contoso.com", "contoso.example"
# What a verb says with its status, where it isn't 0, while a demo runs.
STATUSES = {
    # One row of the file names nobody.
    "import": 3,
    # A development server keeps ended workflows for a day only.
    "doctor": 1,
    # A worker runs, and this verb wants none.
    "after-restore": 1,
    # Nothing has failed for the person of the documents, who hasn't registered either.
    "retry": 1,
    "add-to-group": 1,
}
FOUND = "Using the demo that runs here (.demo.env)."


@pytest.fixture(scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Give a running product in whose tenant the people of the documents are.

    Verbs find it by its file, as they find a demo.
    """
    folder = tmp_path_factory.mktemp("documents")
    async with running_product(folder, day_seconds=60) as running:
        await running.start_worker()
        log = folder / "worker.log"
        await eventually(lambda: "ready" in log.read_text(errors="replace"))
        alias, name = ADA
        await running.add_person(alias, displayName=name)
        (folder / "people.csv").write_text(f"UPN\n{alias}@{DOMAIN}\nnobody@{DOMAIN}\n")
        settings = running.layout.verb_settings(demo_tenant())
        with settings_file(folder / DEMO_ENV_FILE, settings):
            yield running


async def run(product: Product, command: list[str]) -> tuple[int, str]:
    """Run a command where the demo's file and that of people are; answer yes to what it asks."""
    settings, words = settings_before(command)
    process = await asyncio.create_subprocess_exec(
        *CLI,
        *(word.replace(OWN_DOMAIN, DOMAIN) for word in words[1:]),
        cwd=product.layout.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate(b"y\n")
    return process.returncode or 0, output.decode()


async def test_the_commands_of_all_documents(product: Product) -> None:
    """Each command in a fence that isn't marked, and each in the README's table, does its work."""
    shown = [
        command
        # First the page whose file the others go on from.
        for document in sorted(DOCUMENTS, key=lambda path: path.name != "imports.md")
        for fence in fences(document)
        if fence.language == SHELL and fence.reason is None
        for command in commands(fence)
    ]
    shown += [
        command
        for command in shown_in_table(ROOT / "README.md")
        # The benchmark takes minutes, and ends with 1 on a busy machine.
        if command[1] not in UNTIL_ENDED | {"bench"}
    ]
    assert len(shown) > 25
    failed: dict[str, tuple[int, str]] = {}
    found = 0
    for command in shown:
        assert command[0] == PROGRAM
        status, output = await run(product, command)
        found += FOUND in output
        print(status, " ".join(command))  # noqa: T201 - whoever runs long tests sees how far they are
        if status != STATUSES.get(command[1], 0):
            failed[" ".join(command)] = status, output
    assert failed == {}, failed
    assert found > 20
