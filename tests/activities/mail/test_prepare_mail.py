"""Preparing a mail: the checks of the moment, whom it goes to, and one draft under one key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from activities.mail.activities import PreparedMail
from domain.enrolment.status import MailKind
from domain.mail.content import Withheld
from simulated_tenant.exchange.message import Message
from tests.activities.attempts import assert_passing, assert_permanent
from tests.activities.calls import TRACKING_TOKEN, invitation
from tests.activities.mail.mails import draft, links, preparing, receivers
from tests.activities.stage import PUBLIC_BASE_URL, SETUP_URL, Stage
from tests.support.world import eventually

NOBODY = "99999999-9999-4999-8999-999999999999"
ESCALATION = MailKind.ESCALATION


async def test_an_invitation_is_drafted(stage: Stage) -> None:
    """It goes to the mail address, carries our headers and all five links, and isn't sent."""
    user = stage.user(mail="ada.mail@contoso.example", display_name="Ada Lovelace")

    prepared = await preparing(stage).next(invitation(user))

    message = draft(stage, prepared.draft_id)
    assert message.is_draft
    assert receivers(message) == ["ada.mail@contoso.example"]
    assert message.header("X-MFA-Rollout-Mail") == "invitation"
    assert message.header("X-Auto-Response-Suppress") == "All"
    assert "Ada Lovelace" in (message.html or "")
    assert {
        f"{PUBLIC_BASE_URL}/api/enrol?token={TRACKING_TOKEN}",
        f"{PUBLIC_BASE_URL}/api/track-open?token={TRACKING_TOKEN}",
    } <= links(message)
    assert any(link.startswith(f"{PUBLIC_BASE_URL}/api/resend") for link in links(message))
    assert SETUP_URL.removeprefix("https://") in (message.html or "")
    assert stage.mails(user) == []
    assert prepared.person is not None
    assert (prepared.person.object_id, prepared.withheld) == (user.id, None)


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.REMINDER, MailKind.FOLLOW_UP])
async def test_each_kind_is_named_in_its_header(stage: Stage, kind: MailKind) -> None:
    """Mails to the user all carry the enrolment link, and say which mail they are."""
    prepared = await preparing(stage).next(invitation(stage.user(), kind=kind))

    message = draft(stage, prepared.draft_id)
    assert message.header("X-MFA-Rollout-Mail") == kind.value
    assert f"{PUBLIC_BASE_URL}/api/enrol?token={TRACKING_TOKEN}" in links(message)


async def test_a_mail_speaks_the_readers_language(stage: Stage) -> None:
    """The directory's preferred language decides."""
    german = stage.user(preferred_language="de-CH")
    english = stage.user(preferred_language="en-GB")

    subjects = [
        draft(stage, (await preparing(stage).next(invitation(user))).draft_id).subject
        for user in (german, english)
    ]

    assert subjects[0] != subjects[1]


async def test_without_open_tracking_there_is_no_pixel(stage: Stage) -> None:
    """``OPEN_TRACKING=off`` leaves it out, and nothing else."""
    quiet = stage.but(mail_settings=replace(stage.mail_settings, open_tracking=False))

    prepared = await preparing(quiet).next(invitation(stage.user()))

    found = links(draft(stage, prepared.draft_id))
    assert not any("track-open" in link for link in found)
    assert f"{PUBLIC_BASE_URL}/api/enrol?token={TRACKING_TOKEN}" in found


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"methods": ["phone"]}, Withheld.REGISTERED),
        ({"account_enabled": False}, Withheld.DISABLED),
        ({"methods": ["phone"], "account_enabled": False}, Withheld.REGISTERED),
    ],
)
@pytest.mark.parametrize("kind", list(MailKind))
async def test_a_mail_is_withheld_when_its_turn_comes(
    stage: Stage, kind: MailKind, properties: dict[str, Any], reason: Withheld
) -> None:
    """Registered or disabled meanwhile: no draft, whatever the mail."""
    user = stage.user(manager_id=stage.user("boss").id, **properties)

    prepared = await preparing(stage).next(invitation(user, kind=kind))

    assert_withheld(stage, prepared, reason)
    assert prepared.person is not None


async def test_a_mail_to_an_excluded_user_is_withheld(stage: Stage) -> None:
    """A member of the excluded group is left alone."""
    user = stage.user()
    stage.tenant.add_member(stage.excluded_group.id, user.id)

    assert_withheld(stage, await preparing(stage).next(invitation(user)), Withheld.EXCLUDED)


async def test_a_mail_is_withheld_where_exclusion_cannot_be_read(stage: Stage) -> None:
    """Not allowed to look: then the answer is "excluded"; an outage only delays."""
    user = stage.user()
    stage.fault("POST", "/checkMemberGroups", status=403)
    assert_withheld(stage, await preparing(stage).next(invitation(user)), Withheld.EXCLUDED)

    stage.fault("POST", "/checkMemberGroups", status=503)
    attempts = preparing(stage)
    mail = invitation(user)
    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    assert (await attempts.next(mail)).draft_id is not None


async def test_a_mail_to_nobody_is_withheld(stage: Stage) -> None:
    """A user who isn't in the directory gets no mail."""
    prepared = await preparing(stage).next(invitation(NOBODY))

    assert_withheld(stage, prepared, Withheld.MISSING)
    assert prepared.person is None


async def test_methods_that_cannot_be_read_are_not_taken_for_none(stage: Stage) -> None:
    """Nobody is mailed on the strength of an error."""
    user = stage.user(methods=["phone"])
    stage.fault("GET", "/authentication/methods", status=503)
    attempts = preparing(stage)
    mail = invitation(user)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")

    assert_withheld(stage, await attempts.next(mail), Withheld.REGISTERED)


@pytest.mark.parametrize(
    ("domain", "has_address"),
    [("contoso.example", True), ("Contoso.EXAMPLE", True), ("x.example", False)],
)
async def test_a_name_is_an_address_only_in_our_domains(
    stage: Stage, domain: str, *, has_address: bool
) -> None:
    """Without ``mail`` the UPN serves where its domain is the tenant's; else nothing does."""
    user = stage.tenant.add_user(f"u{uuid4().hex}@{domain}", mail=None)

    prepared = await preparing(stage).next(invitation(user))

    if has_address:
        assert receivers(draft(stage, prepared.draft_id)) == [user.user_principal_name]
    else:
        assert_withheld(stage, prepared, Withheld.NO_ADDRESS)


async def test_an_escalation_goes_to_the_manager(stage: Stage) -> None:
    """It names employee and count, goes in the manager's language, and tells who got it."""
    boss = stage.user("boss", display_name="Grace Hopper", preferred_language="de")
    user = stage.user(display_name="Ada Lovelace", manager_id=boss.id)

    prepared = await preparing(stage).next(invitation(user, kind=ESCALATION, nudges_sent=37))

    message = draft(stage, prepared.draft_id)
    assert receivers(message) == [boss.mail]
    assert prepared.manager_upn == boss.user_principal_name
    assert message.header("X-MFA-Rollout-Mail") == "escalation"
    body = message.html or ""
    assert "Grace Hopper" in body
    assert "Ada Lovelace" in body
    assert "37" in body


async def test_an_escalation_holds_nothing_of_the_employees(stage: Stage) -> None:
    """No enrolment link, no token; a pixel of nobody's, the plain form, and not the same twice."""
    user = stage.user(manager_id=stage.user("boss").id)

    messages = [
        draft(stage, (await preparing(stage).next(invitation(user, kind=ESCALATION))).draft_id)
        for _ in range(2)
    ]

    pixels = set()
    for message in messages:
        found = links(message)
        assert TRACKING_TOKEN not in everything(message)
        assert user.id not in everything(message)
        assert not any("/api/enrol" in link for link in found)
        assert f"{PUBLIC_BASE_URL}/api/resend" in found
        pixels |= {link for link in found if "track-open" in link}
    assert len(pixels) == 2


@pytest.mark.parametrize("case", ["missing", "disabled", "no mail", "themselves"])
@pytest.mark.parametrize("fallback", [None, "mfa-fallback@contoso.example"])
async def test_without_a_manager_the_fallback_is_told(
    stage: Stage, case: str, fallback: str | None
) -> None:
    """Manager missing, disabled, without an address, or the person: fallback, else withheld."""
    on = stage.but(mail_settings=replace(stage.mail_settings, escalation_fallback=fallback))
    user = stage.user()
    boss = stage.tenant.add_user(f"boss{uuid4().hex}@elsewhere.example", mail=None)
    manager_id = {"missing": None, "no mail": boss.id, "themselves": user.id}.get(case)
    if case == "disabled":
        manager_id = stage.user("boss", account_enabled=False).id
    stage.tenant.change_user(user.id, manager_id=manager_id)

    prepared = await preparing(on).next(invitation(user, kind=ESCALATION))

    assert prepared.manager_upn is None
    if fallback is None:
        assert_withheld(stage, prepared, Withheld.NO_MANAGER)
    else:
        assert receivers(draft(stage, prepared.draft_id)) == [fallback]


@pytest.mark.parametrize("late", [False, True], ids=["504", "no answer"])
async def test_a_draft_whose_answer_was_lost_is_found_by_its_key(
    stage: Stage, *, late: bool
) -> None:
    """Crashed between creation and answer: the next attempt finds the draft and makes no second."""
    user = stage.user()
    lost = {"hold_after": timedelta(seconds=1)} if late else {"status": 504, "after_write": True}
    stage.fault("POST", "/messages$", **lost)
    attempts = preparing(stage.impatient if late else stage)
    mail = invitation(user)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    await eventually(lambda: stage.mails(user, "drafts"))
    prepared = await attempts.next(mail)

    (message,) = stage.mails(user, "drafts")
    assert prepared.draft_id == message.id


async def test_another_mail_is_another_draft(stage: Stage) -> None:
    """Keys tell mails apart: the next reminder doesn't find the last one's draft."""
    user = stage.user()

    first = await preparing(stage).next(invitation(user))
    second = await preparing(stage).next(invitation(user))

    assert first.draft_id != second.draft_id
    assert len(stage.mails(user, "drafts")) == 2


async def test_a_mail_that_has_left_is_found_by_its_key(stage: Stage) -> None:
    """Asked to prepare what has been sent: the same mail, and no new draft."""
    user = stage.user()
    mail = invitation(user)
    prepared = await preparing(stage).next(mail)
    message = draft(stage, prepared.draft_id)
    stage.tenant.transport.submit(stage.ground.sender, message, transit=timedelta(0))

    again = await preparing(stage).next(mail)

    assert again.draft_id == prepared.draft_id
    assert stage.mails(user, "drafts") == []


async def test_a_missing_mailbox_is_named(stage: Stage) -> None:
    """A wrong sender is for people to mend, and the message says which setting to check."""
    wrong = stage.but(sender="nobody@contoso.example")

    error = await preparing(wrong).failure(invitation(stage.user()))

    assert_permanent(error, "NotFound")
    assert "SENDER_MAILBOXES" in str(error)


def everything(message: Message) -> str:
    """Return all of a mail as text."""
    return f"{message.subject}{message.content}{message.headers}{message.to}"


def assert_withheld(stage: Stage, prepared: PreparedMail, reason: Withheld) -> None:
    """Make sure that there is a reason and no draft."""
    assert (prepared.withheld, prepared.draft_id) == (reason, None)
