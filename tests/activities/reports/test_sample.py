"""A mail with sample names to an admin: sent to the account's address, and what became of it."""

from dataclasses import replace

import pytest

from activities.mail.composer import MailComposer
from activities.reports.sample import (
    Sample,
    SampleMailActivities,
    SampleMailInput,
    SampleMailResult,
    SampleOutcome,
)
from database.mail.senders import SenderStates, set_sender
from domain.mail.content import Branding
from domain.status import MailKind
from domain.tables.mail import SenderState
from simulated_tenant.directory.users import User
from templates.mails import MailRenderer
from tests.activities.attempts import Attempts
from tests.activities.ground import SENDER
from tests.activities.stage import Stage
from tests.database.values import NOW

BRANDING = Branding(company_name="Contoso", support_team="IT", support_email="it@contoso.example")
REMINDER = Sample(
    kind=MailKind.REMINDER, language="de", number=2, escalate_after=2, max_reminders=2
)


async def sent(stage: Stage, user: User | str, sample: Sample = REMINDER) -> SampleMailResult:
    """Send a mail to an account."""
    activities = SampleMailActivities(
        directory=stage.directory,
        senders=(stage.mailbox,),
        states=SenderStates(stage.database),
        composer=MailComposer(renderer=MailRenderer(BRANDING, {}), settings=stage.mail_settings),
        tenant_domains=frozenset(),
    )
    to = user if isinstance(user, str) else user.id
    sending: Attempts[SampleMailResult] = Attempts(activities.send_sample_mail)
    return await sending.next(SampleMailInput(sample=sample, object_id=to))


@pytest.mark.parametrize("kind", MailKind)
async def test_an_admin_gets_the_mail(stage: Stage, kind: MailKind) -> None:
    """At the address of their account, with sample names, and as nobody's mail."""
    admin = stage.user("admin")
    result = await sent(stage, admin, replace(REMINDER, kind=kind))
    assert result == SampleMailResult(outcome=SampleOutcome.SENT, sender=0)
    (mail,) = stage.mails(admin)
    assert "Ada Lovelace" in mail.content
    assert admin.display_name not in mail.content


async def test_in_a_rehearsal_it_goes_where_all_mails_go(stage: Stage) -> None:
    """The result says so: the admin would look into the wrong mailbox."""
    elsewhere = stage.user("rehearsal")
    settings = replace(stage.mail_settings, redirect_to=elsewhere.mail)
    result = await sent(stage.but(mail_settings=settings), stage.user("admin"))
    assert result == SampleMailResult(outcome=SampleOutcome.REDIRECTED, sender=0)
    assert len(stage.mails(elsewhere)) == 1


async def test_why_nothing_was_sent(stage: Stage) -> None:
    """No address, no such account, a mailbox that may not send: each is told as it is."""
    without = stage.user("admin", mail=None)
    assert (await sent(stage, without)).outcome is SampleOutcome.NO_ADDRESS
    gone = await sent(stage, "a0000000-0000-4000-8000-00000000dead")
    assert gone.outcome is SampleOutcome.FAILED
    assert gone.failure is not None
    assert "not in the directory" in gone.failure
    async with stage.database.writing() as connection:
        await set_sender(connection, SENDER, SenderState.STOPPED, now=NOW, reason="5.1.8")
    assert (await sent(stage, stage.user("admin"))).outcome is SampleOutcome.NO_SENDER
