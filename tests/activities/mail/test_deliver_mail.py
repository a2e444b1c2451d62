"""Delivering a mail: the checks of the moment, whom it goes to, one draft, and two calls."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from database.engine import Database
from database.enrolments.contact import read_call_entries
from database.schema import enrolment, sent_mail
from domain.keys import key_id
from domain.portal.call_list import CallEntry
from domain.status import MailKind
from domain.tables.mail import MailState
from domain.tracking_token import tracking_token
from templates.catalogue import sentence
from tests.activities.attempts import assert_passing, assert_permanent
from tests.activities.calls import invitation, undelivered
from tests.activities.ground import SENDER
from tests.activities.mail.mails import delivering, links, only, received, receivers, state_of
from tests.activities.stage import PUBLIC_BASE_URL, SETUP_URL, TOKEN_KEY, Stage
from tests.support.eventually import eventually

ESCALATION = MailKind.ESCALATION


async def test_an_invitation_is_sent(stage: Stage) -> None:
    """It goes to the mail address, carries our headers and all five links, and leaves no draft."""
    stage.assume(nulls="off")
    user = stage.user(mail=f"{uuid4().hex}@contoso.example", display_name="Ada Lovelace")
    before = datetime.now(UTC)
    mail = invitation(user)

    delivered = await delivering(stage).next(mail)

    message = only(stage, user)
    assert receivers(message) == [user.mail]
    assert message.header("X-MFA-Rollout-Mail") == "invitation"
    assert message.header("X-Auto-Response-Suppress") == "DR, RN, NRN, OOF, AutoReply"
    assert "Ada Lovelace" in (message.html or "")
    assert {
        f"{PUBLIC_BASE_URL}/api/enrol?token={tracking_token(user.id, TOKEN_KEY)}",
        f"{PUBLIC_BASE_URL}/api/track-open?token={tracking_token(user.id, TOKEN_KEY)}",
    } <= links(message)
    assert any(link.startswith(f"{PUBLIC_BASE_URL}/api/resend") for link in links(message))
    assert SETUP_URL.removeprefix("https://") in (message.html or "")
    assert stage.drafts(user) == []
    assert delivered.person is not None
    assert (delivered.person.object_id, delivered.withheld) == (user.id, None)
    assert delivered.sent_at is not None
    assert before <= delivered.sent_at <= datetime.now(UTC)
    assert await state_of(stage, mail) is MailState.SENT


@pytest.mark.parametrize(
    ("kind", "older_token", "link_key"),
    [
        (MailKind.INVITATION, None, key_id(TOKEN_KEY)),
        (MailKind.REMINDER, "0f0f0f0f-1111-4222-8333-444444444444", None),
        (MailKind.ESCALATION, None, None),
    ],
)
async def test_the_log_knows_which_key_made_a_link(
    stage: Stage, kind: MailKind, older_token: str | None, link_key: str | None
) -> None:
    """An older system's token is mailed as it is; an escalation has no link of the person's."""
    user = stage.user(manager_id=stage.user().id)
    mail = invitation(user, kind=kind, older_token=older_token)
    await delivering(stage).next(mail)

    query = select(sent_mail.c.link_key).where(sent_mail.c.key == mail.key)
    async with stage.database.reading() as connection:
        assert await connection.scalar(query) == link_key
    if older_token is not None:
        assert f"{PUBLIC_BASE_URL}/api/enrol?token={older_token}" in links(only(stage, user))


async def test_a_mail_makes_two_calls_to_its_mailbox(stage: Stage) -> None:
    """A draft and its sending: nothing is looked for where nothing can be."""
    user = stage.user()
    calls = stage.fault("*", f"/users/{SENDER}/", skip=10**6, times=None)

    await delivering(stage).next(invitation(user))

    assert calls.hits == 2


async def test_a_person_has_a_row_before_the_mail(stage: Stage) -> None:
    """A token that our tables don't know is nobody's; a row that is there stays as it is."""
    user = stage.user()
    mail = invitation(user)

    await delivering(stage).next(mail)

    async with stage.database.reading() as connection:
        query = select(enrolment.c.sender).where(enrolment.c.object_id == user.id)
        assert (await connection.scalars(query)).all() == [SENDER]


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.REMINDER, MailKind.FOLLOW_UP])
async def test_each_kind_is_named_in_its_header(stage: Stage, kind: MailKind) -> None:
    """Mails to the user all carry the enrolment link, and say which mail they are."""
    user = stage.user()
    await delivering(stage).next(invitation(user, kind=kind))

    message = only(stage, user)
    assert message.header("X-MFA-Rollout-Mail") == kind.value
    assert f"{PUBLIC_BASE_URL}/api/enrol?token={tracking_token(user.id, TOKEN_KEY)}" in links(
        message
    )


async def test_a_mail_speaks_the_readers_language(stage: Stage) -> None:
    """The directory's preferred language decides."""
    german = stage.user(preferred_language="de-CH")
    english = stage.user(preferred_language="en-GB")

    for user in (german, english):
        await delivering(stage).next(invitation(user))

    subjects = [only(stage, user).subject for user in (german, english)]

    assert subjects[0] != subjects[1]


async def test_a_mail_brings_its_images(stage: Stage) -> None:
    """The draft is made with every image that its HTML shows, and the manager's mail has none."""
    boss = stage.user("boss")
    user = stage.user(manager_id=boss.id)
    await delivering(stage).next(invitation(user))
    await delivering(stage).next(invitation(user, kind=ESCALATION))

    message, escalation = only(stage, user), only(stage, boss)
    shown = set(re.findall(r'src="cid:([^"]+)"', message.html or ""))
    assert {image.content_id for image in message.attachments if image.is_inline} == shown
    assert len(shown) == 2
    assert escalation.attachments == []


async def test_a_second_reminder_is_another(stage: Stage) -> None:
    """The row says how many of its kind have left, and the input that it is the last of all."""
    user = stage.user()
    first = invitation(user, kind=MailKind.REMINDER)
    second = invitation(user, kind=MailKind.REMINDER, nudges_sent=1, is_last=True)
    second = replace(second, person=replace(second.person, reminders_sent=1))
    for mail in (first, second):
        await delivering(stage).next(mail)

    said = [message.html or "" for message in stage.mails(user)]
    parts = re.split(r"\{\w+\}", sentence("en", "common", "count_last"))
    last = re.compile(".*?".join(re.escape(part) for part in parts))
    assert [bool(last.search(html)) for html in said] == [False, True]
    assert len({message.subject for message in stage.mails(user)}) == 2


async def test_without_open_tracking_there_is_no_pixel(stage: Stage) -> None:
    """``OPEN_TRACKING=off`` leaves it out, and nothing else."""
    quiet = stage.but(mail_settings=replace(stage.mail_settings, open_tracking=False))

    user = stage.user()
    await delivering(quiet).next(invitation(user))

    found = links(only(stage, user))
    assert not any("track-open" in link for link in found)
    assert f"{PUBLIC_BASE_URL}/api/enrol?token={tracking_token(user.id, TOKEN_KEY)}" in found


@pytest.mark.parametrize("late", [False, True], ids=["504", "no answer"])
async def test_a_draft_whose_answer_was_lost_is_found_by_its_key(
    stage: Stage, *, late: bool
) -> None:
    """Crashed between creation and answer: the next attempt finds the draft and makes no second."""
    stage.assume(searchlag="off")
    user = stage.user()
    lost = {"hold_after": timedelta(seconds=1)} if late else {"status": 504, "after_write": True}
    drafts = stage.fault("POST", "/messages$", **lost)
    attempts = delivering(stage.impatient if late else stage)
    mail = invitation(user)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    await eventually(lambda: stage.drafts(user))
    assert await state_of(stage, mail) is MailState.DRAFTING
    stage.fault("POST", "/messages$", status=500, times=None)
    await delivering(stage).next(mail)

    assert len(received(stage, user)) == 1
    assert stage.drafts(user) == []
    assert drafts.hits == 1


async def test_a_draft_that_was_deleted_by_hand_is_made_again(stage: Stage) -> None:
    """Nothing of it has left before its sending was begun."""
    user = stage.user()
    mail = await undelivered(stage, user)
    (message,) = stage.drafts(user)
    stage.tenant.mailboxes.forget(message)

    await delivering(stage).next(mail)

    assert len(received(stage, user)) == 1


async def test_another_mail_is_another_draft(stage: Stage) -> None:
    """Keys tell mails apart: the next reminder doesn't find the last one's draft."""
    user = stage.user()

    await delivering(stage).next(invitation(user))
    await delivering(stage).next(invitation(user))

    assert len(received(stage, user)) == 2


async def test_a_mail_that_has_left_is_not_sent_again(stage: Stage) -> None:
    """A second activity for the same mail tells when the first one sent it."""
    user = stage.user()
    mail = invitation(user)
    first = await delivering(stage).next(mail)

    again = await delivering(stage).next(mail)

    assert again.sent_at == first.sent_at
    assert len(received(stage, user)) == 1


async def test_without_the_database_nothing_is_sent(stage: Stage) -> None:
    """The mail waits until the log can be written again."""
    user = stage.user()
    mail = invitation(user)
    away = stage.but(database=Database("sqlite+aiosqlite:////nowhere/at/all.sqlite"))
    attempts = delivering(away)

    assert_passing(await attempts.failure(mail), "DatabaseUnavailable")
    assert stage.drafts(user) == []

    await delivering(stage).next(mail)
    assert len(received(stage, user)) == 1


async def test_a_missing_mailbox_is_named(stage: Stage) -> None:
    """A wrong sender is for people to mend, and the message says which setting to check."""
    wrong = stage.but(sender="nobody@contoso.example")

    error = await delivering(wrong).failure(invitation(stage.user()))

    assert_permanent(error, "NotFound")
    assert "SENDER_MAILBOXES" in str(error)


async def test_telephone_numbers_are_kept_for_whoever_calls(stage: Stage) -> None:
    """The person's at the invitation, the manager's when the manager is told; nowhere else."""
    boss = stage.user("boss", display_name="The Boss", mobile_phone="+44 7700 900001")
    user = stage.user(business_phones=["+44 20 7946 0001"], manager_id=boss.id)
    calls = []
    for kind in (MailKind.INVITATION, ESCALATION):
        delivered = await delivering(stage).next(invitation(user, kind=kind))
        assert "7946" not in repr(delivered)
        async with stage.database.reading() as connection:
            calls.append((await read_call_entries(connection, [user.id]))[user.id])
    assert calls == [
        CallEntry(phone="+44 20 7946 0001"),
        CallEntry(
            phone="+44 20 7946 0001", manager_name="The Boss", manager_phone="+44 7700 900001"
        ),
    ]
