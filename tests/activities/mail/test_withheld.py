"""Mails that are withheld when their turn comes, and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.mail.content import Withheld
from domain.status import MailKind
from domain.tables.mail import MailState
from tests.activities.attempts import assert_passing
from tests.activities.calls import invitation
from tests.activities.mail.mails import (
    assert_withheld,
    delivering,
    only,
    received,
    receivers,
    state_of,
)
from tests.activities.stage import Stage

NOBODY = "99999999-9999-4999-8999-999999999999"
ESCALATION = MailKind.ESCALATION


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

    mail = invitation(user, kind=kind)
    delivered = await delivering(stage).next(mail)

    assert_withheld(delivered, reason)
    assert delivered.person is not None
    assert await state_of(stage, mail) is MailState.WITHDRAWN
    assert (await delivering(stage).next(mail)).withheld is reason


async def test_a_mail_to_an_excluded_user_is_withheld(stage: Stage) -> None:
    """A member of the excluded group is left alone."""
    user = stage.user()
    stage.tenant.add_member(stage.excluded_group.id, user.id)

    assert_withheld(await delivering(stage).next(invitation(user)), Withheld.EXCLUDED)
    a_minute_ago = invitation(user, not_excluded_at=datetime.now(UTC) - timedelta(minutes=1))
    assert_withheld(await delivering(stage).next(a_minute_ago), Withheld.EXCLUDED)


async def test_a_mail_is_withheld_where_exclusion_cannot_be_read(stage: Stage) -> None:
    """Not allowed to look: then the answer is "excluded"; an outage only delays."""
    user = stage.user()
    stage.fault("POST", "/checkMemberGroups", status=403)
    assert_withheld(await delivering(stage).next(invitation(user)), Withheld.EXCLUDED)

    stage.fault("POST", "/checkMemberGroups", status=503)
    attempts = delivering(stage)
    mail = invitation(user)
    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    assert (await attempts.next(mail)).sent_at is not None


async def test_a_mail_to_nobody_is_withheld(stage: Stage) -> None:
    """A user who isn't in the directory gets no mail."""
    delivered = await delivering(stage).next(invitation(NOBODY))

    assert_withheld(delivered, Withheld.MISSING)
    assert delivered.person is None


async def test_methods_that_cannot_be_read_are_not_taken_for_none(stage: Stage) -> None:
    """Nobody is mailed on the strength of an error."""
    user = stage.user(methods=["phone"])
    stage.fault("GET", "/authentication/methods", status=503)
    attempts = delivering(stage)
    mail = invitation(user)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")

    assert_withheld(await attempts.next(mail), Withheld.REGISTERED)


@pytest.mark.parametrize(
    ("domain", "has_address"),
    [("contoso.example", True), ("Contoso.EXAMPLE", True), ("x.example", False)],
)
async def test_a_name_is_an_address_only_in_our_domains(
    stage: Stage, domain: str, *, has_address: bool
) -> None:
    """Without ``mail`` the UPN serves where its domain is the tenant's; else nothing does."""
    user = stage.user(domain=domain, mail=None)

    delivered = await delivering(stage).next(invitation(user))

    if has_address:
        assert receivers(only(stage, user.user_principal_name)) == [user.user_principal_name]
    else:
        assert_withheld(delivered, Withheld.NO_ADDRESS)


async def test_whoever_registers_while_sending_is_refused_gets_no_mail(stage: Stage) -> None:
    """Every attempt makes all checks anew, and the draft of the one before is discarded."""
    user = stage.user()
    mail = invitation(user)
    stage.fault("POST", "/send$", status=429)
    attempts = delivering(stage)
    assert_passing(await attempts.failure(mail), "Throttled")
    assert await state_of(stage, mail) is MailState.DRAFTED

    stage.tenant.register_method(user.id, "phone")

    assert_withheld(await attempts.next(mail), Withheld.REGISTERED)
    assert stage.drafts(user) == []
    assert received(stage, user) == []
