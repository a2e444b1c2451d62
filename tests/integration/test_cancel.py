"""An admin's cancel from the command line is what was wanted: nothing reports it as a problem."""

import json

import pytest
from temporalio.client import WorkflowExecutionStatus

from cli.terminal import ExitStatus
from domain.identifiers import enrolment_workflow_id
from tests.support.eventually import eventually
from tests.support.json_documents import read_document
from tests.support.product import Product

QUIET = {"info", "debug"}


@pytest.fixture(scope="module")
async def product(own_product: Product) -> Product:
    """Have a worker whose log tells of nobody else."""
    return own_product


def logged(product: Product, begin: int = 0) -> str:
    """Return what the worker has logged since then."""
    return (product.layout.folder / "worker.log").read_text()[begin:]


def levels(log: str) -> set[str]:
    """Return the levels of the events in a log; a line that is no event is one of its own."""
    return {json.loads(line)["level"] if line[0] == "{" else line for line in log.splitlines()}


@pytest.mark.wording
async def test_a_cancel_is_no_problem(product: Product) -> None:
    """The verb leaves with 0, the person counts as cancelled, and the log has no complaint."""
    waiting, unmailed = [await product.add_person(f"cancel.{name}") for name in ("ada", "bob")]
    await product.import_people(waiting, batch_id="cancel")
    row = await product.row_with(waiting, InviteStatus="Sent")
    # From here on: at its start a worker warns of the simulated tenant.
    begin = len(logged(product))
    # One whose draft is being made, too: it is thrown away.
    await product.fault(method="POST", path="/messages$", hold_after=300)
    # However long it takes to cancel: the next attempt finds the draft, and can't send it.
    await product.fault(method="POST", path="/send$", status=503)
    await product.import_people(unmailed, batch_id="cancel-a-draft")

    async def draft_is_made() -> bool:
        return any(fault["hits"] for fault in await product.faults())

    await eventually(draft_is_made)
    for person in (unmailed, waiting):
        # A part of the name is enough where only one person has it.
        part = person.partition("@")[0]
        status, output, _ = await product.run_apart(
            "cancel", part, "--reason", "has left", "--json"
        )
        assert status == ExitStatus.DONE
        cancelled = read_document("cancel", output)
        assert (cancelled["action"], cancelled["outcome"]) == ("cancel", "done")
    await product.control.delete("/control/faults")

    handle = product.temporal.get_workflow_handle(enrolment_workflow_id(row["ObjectId"]))

    async def ended() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.CANCELED

    await eventually(ended)
    assert "has left" in (await product.row(waiting))["ErrorDetails"]

    async def counted() -> bool:
        counts = {}
        for batch in ("cancel", "cancel-a-draft"):
            _, output, _ = await product.run_apart("status", f"--batch-id={batch}", "--json")
            counts[batch] = {
                name: people for name, people in json.loads(output)["people"].items() if people
            }
        return counts == {batch: {"cancelled": 1} for batch in counts}

    await eventually(counted)
    assert await product.mails(unmailed) == []
    assert levels(logged(product, begin)) <= QUIET


@pytest.mark.long
async def test_nobody_is_cancelled_where_several_match(product: Product) -> None:
    """Those who may be meant are listed, and go on as before."""
    people = [await product.add_person(f"several.{name}") for name in ("ann", "ben")]
    await product.import_people(*people, batch_id="several")
    for person in people:
        await product.row_with(person, InviteStatus="Sent")
    status, output = await product.run("cancel", "several.", "--reason", "has left")
    assert status == ExitStatus.FAILED
    assert all(person in output for person in people)
    counts = await product.run_apart("status", "--batch-id=several", "--json")
    assert json.loads(counts[1])["people"]["Sent"] == len(people)


@pytest.mark.long
async def test_who_has_ended_cannot_be_cancelled(product: Product) -> None:
    """A second cancel is refused in one sentence."""
    person = await product.add_person("cancel.twice")
    await product.import_people(person, batch_id="twice")
    await product.row_with(person, InviteStatus="Sent")
    first = await product.run("cancel", person, "--reason", "has left")
    row = await product.row(person)
    handle = product.temporal.get_workflow_handle(enrolment_workflow_id(row["ObjectId"]))

    async def ended() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.CANCELED

    await eventually(ended)
    status, output = await product.run("cancel", person, "--reason", "really")
    assert (first[0], first[1].startswith("Cancelled.")) == (ExitStatus.DONE, True)
    assert (status, output) == (ExitStatus.FAILED, "error: This enrolment has ended.\n")
