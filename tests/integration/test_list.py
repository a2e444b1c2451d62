"""The tracking list in people's hands: rows changed, deleted, added, there twice; all over HTTP."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from activities.tracking_list.reconcile_report import ReconcileReport
from domain.identifiers import RECONCILE_SCHEDULE_ID, TASK_QUEUE
from tests.support.list_hands import ListHands, hands_on_the_list
from tests.support.product import Product
from workflows.scheduled.reconcile import ReconcileWorkflow


@pytest.fixture(scope="module")
async def product(own_product: Product) -> Product:
    """Have the whole list to itself."""
    return own_product


@pytest.fixture(scope="module")
async def hands(product: Product) -> AsyncIterator[ListHands]:
    """Sign in to the list."""
    async with hands_on_the_list(product.layout) as hands:
        yield hands


async def reconcile(product: Product) -> ReconcileReport:
    """Look at the whole list, as is done daily."""
    return await product.temporal.execute_workflow(
        ReconcileWorkflow.run, id=f"reconcile-{uuid4()}", task_queue=TASK_QUEUE
    )


async def invited(product: Product, alias: str) -> str:
    """Enrol somebody, who has just been invited."""
    upn = await product.add_person(alias)
    await product.import_people(upn, batch_id=alias)
    await product.row_with(upn, InviteStatus="Sent")
    return upn


async def test_a_changed_row_is_put_right_and_notes_stay(
    product: Product, hands: ListHands
) -> None:
    """Status, count, token and a date come back; ``Notes`` is never touched."""
    ada = await invited(product, "ada.changed")
    before = await product.row(ada)
    await hands.change(
        before["id"],
        InviteStatus="Active",
        ReminderCount=7,
        TrackingToken="mine",
        EscalationDate="2020-01-01T00:00:00Z",
        InviteSentDate=None,
        Notes="call her",
    )

    report = await reconcile(product)

    assert report.put_right >= 1
    names = ("InviteStatus", "TrackingToken", "ReminderCount", "InviteSentDate")
    after = await product.row_with(ada, **{name: before[name] for name in names})
    assert "EscalationDate" not in after
    assert after["Notes"] == "call her"
    assert after["id"] == before["id"]
    assert len(await product.mails(ada)) == 1


async def test_rows_added_by_hand_are_left_alone(product: Product, hands: ListHands) -> None:
    """Neither a row without an ObjectId nor one of somebody who isn't enrolled is written to."""
    by_name = await hands.add(Title="typed.in@contoso.example", Notes="later")
    stranger = await hands.add(Title="stranger@contoso.example", ObjectId=str(uuid4()))
    before = [await hands.row(one) for one in (by_name, stranger)]

    await reconcile(product)

    assert [await hands.row(one) for one in (by_name, stranger)] == before


async def test_the_schedule_does_it(product: Product, hands: ListHands) -> None:
    """What the worker has scheduled daily is the same look."""
    lea = await invited(product, "lea.scheduled")
    before = await product.row(lea)
    await hands.change(before["id"], ReminderCount=3)

    await product.temporal.get_schedule_handle(RECONCILE_SCHEDULE_ID).trigger()

    await product.row_with(lea, ReminderCount=0)
