"""Two sender mailboxes share the work, and everybody hears from one of them alone."""

from pathlib import Path

import pytest

from cli.processes.demo import demo_tenant
from tests.support.product import running_product

SECOND = "mfa.two@contoso.example"


@pytest.mark.long
async def test_everybody_keeps_one_sender(tmp_path: Path) -> None:
    """Of twelve people both mailboxes write to some, and a new link comes from the same one."""
    tenant = demo_tenant()
    senders = f"{tenant.sender},{SECOND}"
    async with running_product(tmp_path, day_seconds=20, SENDER_MAILBOXES=senders) as product:
        await product.add_person(SECOND.partition("@")[0])
        ids = [
            (await product.control.get(f"/control/users/{address}")).json()["id"]
            for address in (tenant.sender, SECOND)
        ]
        scopes = {"Mail.ReadWrite": ids, "Mail.Send": ids}
        app = f"/control/apps/{tenant.client_id}"
        (await product.control.patch(app, json={"mailbox_scopes": scopes})).raise_for_status()
        await product.start_worker()

        people = [await product.add_person(f"reader.{number}") for number in range(12)]
        await product.import_people(*people, batch_id="two-senders")
        heard_from = {person: (await product.mail(person))["from"] for person in people}
        assert set(heard_from.values()) == {tenant.sender, SECOND}

        for person in people[:3]:
            await product.row_with(person, InviteStatus="Sent")
            status, output = await product.run("resend", person, "--reason", "lost")
            assert status == 0, output
            assert (await product.mail(person, count=2))["from"] == heard_from[person]
