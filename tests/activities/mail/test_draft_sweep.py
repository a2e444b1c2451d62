"""Drafts that attempts left behind are deleted, whatever becomes of others."""

import re
from datetime import timedelta

import pytest

from activities.mail.draft_sweep import DraftSweepActivities
from domain.mail.content import OutgoingMail
from graph.mailbox import Mailbox
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.mail.senders import Sender

MAIL = OutgoingMail(subject="MFA", html="", text="", to_address="ada@contoso.example", to_name="A")


async def left(sender: Sender, *keys: str) -> None:
    """Leave old drafts behind, in this order."""
    for key in keys:
        await sender.mailbox.create_draft(MAIL, key=key)
    for message in sender.stage.tenant.mailbox(sender.address, "drafts"):
        message.created_at -= timedelta(hours=2)
        message.visible_at -= timedelta(hours=2)


async def test_drafts_of_a_mailbox_are_swept_beside_one_that_gives_no_answer(
    sender: Sender,
) -> None:
    """What an attempt left that was killed is deleted, then the sweep is tried again."""
    await left(sender, "left")
    away = Mailbox(sender.stage.graph, "away@contoso.example")
    sender.stage.fault("GET", "/users/away@contoso.example/", status=503)
    sweep = DraftSweepActivities(
        senders=(away, sender.mailbox), log=sender.stage.mail_log, states=sender.states
    )
    assert_passing(await Attempts(sweep.sweep_drafts).failure(), "ServiceUnavailable")
    assert sender.stage.tenant.mailbox(sender.address, "drafts") == []


@pytest.mark.parametrize(
    ("status", "told"),
    [(400, "BadRequest"), (403, "PermissionDenied"), (409, "Conflict"), (412, "Conflict")],
)
async def test_a_draft_that_cannot_be_deleted_holds_up_no_other(
    sender: Sender, status: int, told: str
) -> None:
    """A person has it open, or it is on hold: the others go, and the failure is told."""
    await left(sender, "first", "second", "third")
    _, kept, _ = sender.stage.tenant.mailbox(sender.address, "drafts")
    sender.stage.fault("DELETE", re.escape(kept.id), status=status)
    sweep = DraftSweepActivities(
        senders=(sender.mailbox,), log=sender.stage.mail_log, states=sender.states
    )
    assert (await Attempts(sweep.sweep_drafts).failure()).type == told
    assert sender.stage.tenant.mailbox(sender.address, "drafts") == [kept]
