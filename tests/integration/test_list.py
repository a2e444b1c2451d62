"""The tracking list in people's hands: rows changed, deleted, added, there twice; all over HTTP."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from activities.tracking_list.reconcile import ReconcileReport
from domain.enrolment.state import ProblemKind
from domain.identifiers import RECONCILE_SCHEDULE_ID, TASK_QUEUE
from tests.support.list_hands import ListHands, hands_on_the_list
from tests.support.product import Product
from tests.support.texts import says
from tests.support.world import eventually
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


async def test_what_is_right_is_not_written_again(product: Product, hands: ListHands) -> None:
    """A second look finds nothing, and writes nothing."""
    await invited(product, "nobody.changed")

    async def all_is_right() -> bool:
        report = await reconcile(product)
        return report.put_right == report.created_again == 0

    await eventually(all_is_right)
    await product.control.put("/control/exchanges", json={"enabled": True})

    report = await reconcile(product)

    exchanges = (await product.control.get("/control/exchanges")).json()["value"]
    await product.control.put("/control/exchanges", json={"enabled": False})
    await product.control.delete("/control/exchanges")
    assert (report.put_right, report.created_again) == (0, 0)
    assert report.compared >= 1
    assert not report.rebuild
    methods = {one["method"] for one in exchanges if "/items" in one["url"]}
    assert methods <= {"GET"}


async def test_a_deleted_row_is_made_again(product: Product, hands: ListHands) -> None:
    """It comes back with all that it held, Source and first batch included, under another id."""
    bob = await invited(product, "bob.deleted")
    before = await product.row(bob)
    await hands.delete(before["id"])

    report = await reconcile(product)

    assert report.created_again >= 1
    after = await product.row_with(bob, InviteStatus="Sent")
    assert after["id"] != before["id"]
    same = set(before) - {"id", "LastChecked"}
    assert {name: after.get(name) for name in same} == {name: before[name] for name in same}


async def test_rows_added_by_hand_are_left_alone(product: Product, hands: ListHands) -> None:
    """Neither a row without an ObjectId nor one of somebody who isn't enrolled is written to."""
    by_name = await hands.add(Title="typed.in@contoso.example", Notes="later")
    stranger = await hands.add(Title="stranger@contoso.example", ObjectId=str(uuid4()))
    before = [await hands.row(one) for one in (by_name, stranger)]

    await reconcile(product)

    assert [await hands.row(one) for one in (by_name, stranger)] == before


async def test_a_second_row_says_so_and_stays(product: Product, hands: ListHands) -> None:
    """The person's own row goes on; the other tells what to do, and nothing is destroyed."""
    eve = await invited(product, "eve.twice")
    own = await product.row(eve)
    second = await hands.add(Title="eve.copy@contoso.example", ObjectId=own["ObjectId"])

    report = await reconcile(product)
    again = await reconcile(product)

    assert report.duplicates == again.duplicates >= 1
    complaint = (await hands.row(second))["ErrorDetails"]
    assert says(complaint, ProblemKind.SECOND_ROW)
    assert own["id"] in complaint
    assert (await hands.row(second))["@odata.etag"].split(",")[1].strip('"') == "2"
    assert "ErrorDetails" not in await product.row(eve)
    await hands.delete(second)


async def test_a_row_whose_id_was_overwritten_is_put_right(
    product: Product, hands: ListHands
) -> None:
    """An ObjectId that somebody changed comes back: the enrolment knows its row by its id."""
    kim = await invited(product, "kim.overwritten")
    before = await product.row(kim)
    await hands.change(before["id"], ObjectId="nonsense", Department="Elsewhere")

    await reconcile(product)

    after = await product.row_with(kim, ObjectId=before["ObjectId"])
    assert after["id"] == before["id"]
    assert after["Source"] == before["Source"]


async def test_the_schedule_does_it(product: Product, hands: ListHands) -> None:
    """What the worker has scheduled daily is the same look."""
    lea = await invited(product, "lea.scheduled")
    before = await product.row(lea)
    await hands.change(before["id"], ReminderCount=3)

    await product.temporal.get_schedule_handle(RECONCILE_SCHEDULE_ID).trigger()

    await product.row_with(lea, ReminderCount=0)


async def test_duplicates_are_told_of_when_somebody_is_taken_in(
    product: Product, hands: ListHands
) -> None:
    """Of two rows of one person the oldest is adopted, and the other says so."""
    upn = await product.add_person("max.double")
    person = (await product.control.get(f"/control/users/{upn}")).json()
    first = await hands.add(
        Title="max.maiden@contoso.example", ObjectId=person["id"], ReminderCount=1
    )
    second = await hands.add(Title=upn)

    await product.import_people(upn, batch_id="double")
    mail = await product.mail(upn)

    assert mail["headers"]["X-MFA-Rollout-Mail"] == "invitation"

    async def complains(item_id: str, kind: ProblemKind) -> bool:
        return says((await hands.row(item_id)).get("ErrorDetails"), kind)

    assert (await hands.row(first))["ReminderCount"] == 1
    await eventually(lambda: complains(second, ProblemKind.SECOND_ROW))
    # Two rows can't have one name: the enrolment says which column it could not write.
    await eventually(lambda: complains(first, ProblemKind.COLUMNS_REFUSED))
