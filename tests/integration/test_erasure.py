"""A person is erased, and the audit log tells what admins did: the whole product as processes."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Text, cast, func, select
from temporalio.service import RPCError

from activities.erasure.retention import RetentionReport
from cli.terminal import ExitStatus
from database.engine import Database, database_at
from database.schema import METADATA
from domain.enrolment.messages import RequestRefusal
from domain.enrolment.texts import REFUSALS
from domain.identifiers import ERASURE_PREFIX, TASK_QUEUE, enrolment_workflow_id
from domain.plain_text import beginning
from tests.support.eventually import eventually
from tests.support.json_documents import read_document
from tests.support.product import Product
from workflows.scheduled.retention import RetentionWorkflow

# The server deletes what its queues have let go of, which they do every half minute.
DELETED_WITHIN = 100


@pytest.fixture(scope="module")
async def product(own_product: Product) -> Product:
    """Have a product in which nobody else is about to be sent mail."""
    return own_product


def database_of(product: Product) -> Database:
    """Return the database that the product's processes use."""
    environment = product.environment
    return database_at(environment.get("DATABASE_URL"), Path(environment["DATA_DIR"]))


async def traces(product: Product, *words: str) -> set[str]:
    """Return the tables and columns in which these words occur."""
    database = database_of(product)
    found = set()
    async with database.reading() as connection:
        for table in METADATA.sorted_tables:
            for column in table.c:
                text = func.lower(cast(column, Text))
                for word in words:
                    query = select(func.count()).select_from(table).where(text.contains(word))
                    if (await connection.execute(query)).scalar_one():
                        found.add(f"{table.name}.{column.name}")
    await database.close()
    return found


async def is_gone(product: Product, workflow_id: str) -> bool:
    """Return True when Temporal has no execution with this id."""
    try:
        await product.temporal.get_workflow_handle(workflow_id).describe()
    except RPCError:
        return True
    return False


async def import_histories(product: Product, batch_id: str) -> int:
    """Return how many executions of imports there are under this batch id."""
    query = f"WorkflowType = 'BatchWorkflow' AND SourceBatchId = '{batch_id}'"
    return (await product.temporal.count_workflows(query)).count


async def entries(product: Product) -> list[dict[str, Any]]:
    """Return the audit log, the latest entry first."""
    _, output, _ = await product.run_apart("audit", "list", "--json")
    return json.loads(output)  # type: ignore[no-any-return]


# Its parts are proved by the tests of the activities, of the tables and of the verb.
@pytest.mark.long
async def test_a_person_is_erased(product: Product) -> None:
    """Enrolment, tables, list and histories are without them; others stay; it may be repeated."""
    ada, bob = [await product.add_person(f"erase.{name}") for name in ("ada", "bob")]
    await product.import_people(ada, bob, batch_id="erase")
    for person in (ada, bob):
        await product.row_with(person, InviteStatus="Sent")
    object_id = (await product.row(ada))["ObjectId"]
    words = (ada, object_id, object_id.replace("-", ""))
    await product.run("pause", ada, "--reason=first")

    async def is_in_the_tables() -> bool:
        return bool(await traces(product, *words))

    await eventually(is_in_the_tables)
    refused, _ = await product.run("people", "erase", ada, "--reason=request 7")
    assert refused != ExitStatus.DONE
    assert await product.row(ada)

    status, output = await product.run(
        "people", "erase", ada.upper(), "--reason=request 7", "--yes"
    )

    assert status == ExitStatus.DONE, output
    for told in ("the enrolment was ended", "Sent Items", "Backups", "--with-import-histories"):
        assert told in output
    # What is left of imports is found by the command that is named.
    query = output.partition('--query "')[2].partition('"')[0]
    assert (await product.temporal.count_workflows(query)).count == 1
    assert await product.row(ada) == {}
    assert (await product.row(bob))["InviteStatus"] == "Sent"
    assert await traces(product, *words) == set()
    erased, *_ = [entry for entry in await entries(product) if entry["action"] == "erase"]
    assert (erased["person"], erased["outcome"]) == (None, "done")
    assert (await product.run("audit", "verify"))[0] == ExitStatus.DONE
    unknown, output = await product.run("pause", object_id, "--reason=late")
    assert unknown == ExitStatus.FAILED, output

    async def histories_are_gone() -> bool:
        ids = (enrolment_workflow_id(object_id), f"{ERASURE_PREFIX}{object_id}")
        return all([await is_gone(product, one) for one in ids])

    await eventually(histories_are_gone, seconds=DELETED_WITHIN)
    assert await import_histories(product, "erase") == 1

    again = await product.run("people", "erase", object_id, "--reason=restored", "--yes")
    assert again[0] == ExitStatus.DONE, again[1]
    nobody, output = await product.run("people", "erase", ada, "--reason=x", "--yes")
    assert (nobody, "Nobody called" in output) == (ExitStatus.FAILED, True)


@pytest.mark.long
async def test_import_histories_are_erased_when_asked(product: Product) -> None:
    """They hold everybody in the file, so they only go when the admin says so."""
    eve = await product.add_person("erase.eve")
    await product.import_people(eve, batch_id="erase-imports")
    await product.row_with(eve, InviteStatus="Sent")

    status, output, _ = await product.run_apart(
        "people", "erase", eve, "--reason=x", "--yes", "--json", "--with-import-histories"
    )

    report = read_document("people erase", output)
    assert (status, report["importHistories"], report["importHistoriesLeft"]) == (0, 1, 0)

    async def are_gone() -> bool:
        return await import_histories(product, "erase-imports") == 0

    await eventually(are_gone, seconds=DELETED_WITHIN)


async def test_mail_is_stopped_though_the_database_is_away(product: Product) -> None:
    """``mail stop`` acts and is written later; ``mail start`` and ``pause`` act on nothing."""
    away = {"DATA_DIR": str(product.layout.folder / "away")}

    stopped, output = await product.run("mail", "stop", "--reason=alarm", **away)
    refused, refusal = await product.run("mail", "start", "--reason=over", **away)

    assert stopped == ExitStatus.DONE, output
    assert "audit-pending.jsonl" in output
    assert refused == ExitStatus.FAILED
    assert "Nothing was done" in refusal
    _, twice = await product.run("mail", "stop", "--reason=alarm")
    assert beginning(REFUSALS[RequestRefusal.MAIL_ALREADY_STOPPED]) in twice
    assert (await product.run("mail", "start", "--reason=over"))[0] == ExitStatus.DONE
    actions = [(entry["action"], entry["outcome"]) for entry in (await entries(product))[:4]]
    assert actions == [
        ("start-mail", "done"),
        ("start-mail", None),
        ("stop-mail", "failed"),
        ("stop-mail", None),
    ]


async def test_the_head_of_the_audit_log_is_kept_apart(product: Product) -> None:
    """The daily retention logs it, and ``audit verify`` compares the log with it."""
    await product.run("mail", "start", "--reason=not stopped")
    report = await product.temporal.execute_workflow(
        RetentionWorkflow.run, id=f"retention-{uuid4()}", task_queue=TASK_QUEUE
    )
    assert isinstance(report, RetentionReport)
    head = f"{report.audit_number}:{report.audit_hash}"
    assert report.audit_hash in (product.layout.folder / "worker.log").read_text()
    await product.run("mail", "start", "--reason=not stopped")
    status, output = await product.run("audit", "verify", f"--head={head}")
    assert status == ExitStatus.DONE, output
    cut_off = f"{report.audit_number + 9}:{report.audit_hash}"
    assert (await product.run("audit", "verify", f"--head={cut_off}"))[0] == ExitStatus.FAILED
