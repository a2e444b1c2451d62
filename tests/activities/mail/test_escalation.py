"""The mail to the manager: whom it goes to, and what it doesn't hold."""

from uuid import uuid4

import pytest

from domain.mail.content import Withheld
from domain.status import MailKind
from domain.tracking_token import tracking_token
from simulated_tenant.exchange.message import Message
from tests.activities.calls import invitation
from tests.activities.mail.mails import assert_withheld, delivering, links, only, receivers
from tests.activities.stage import PUBLIC_BASE_URL, TOKEN_KEY, Stage

ESCALATION = MailKind.ESCALATION


async def test_an_escalation_goes_to_the_manager(stage: Stage) -> None:
    """It names employee and count, goes in the manager's language, and tells who got it."""
    stage.assume(nulls="off")
    boss = stage.user("boss", display_name="Grace Hopper", preferred_language="de")
    user = stage.user(display_name="Ada Lovelace", manager_id=boss.id)

    delivered = await delivering(stage).next(invitation(user, kind=ESCALATION, nudges_sent=37))

    message = only(stage, boss)
    assert receivers(message) == [boss.mail]
    assert delivered.manager_upn == boss.user_principal_name
    assert message.header("X-MFA-Rollout-Mail") == "escalation"
    body = message.html or ""
    assert "Grace Hopper" in body
    assert "Ada Lovelace" in body
    assert "37" in body


async def test_an_escalation_holds_nothing_of_the_employees(stage: Stage) -> None:
    """No enrolment link, no token; a pixel of nobody's, the plain form, and not the same twice."""
    boss = stage.user("boss")
    user = stage.user(manager_id=boss.id)

    for _ in range(2):
        await delivering(stage).next(invitation(user, kind=ESCALATION))

    messages = stage.mails(boss)
    assert len(messages) == 2

    pixels = set()
    for message in messages:
        found = links(message)
        assert tracking_token(user.id, TOKEN_KEY) not in everything(message)
        assert user.id not in everything(message)
        assert not any("/api/enrol" in link for link in found)
        assert f"{PUBLIC_BASE_URL}/api/resend" in found
        pixels |= {link for link in found if "track-open" in link}
    assert len(pixels) == 2


@pytest.mark.parametrize("case", ["missing", "disabled", "no mail", "themselves"])
@pytest.mark.parametrize("has_fallback", [False, True])
async def test_without_a_manager_the_fallback_is_told(
    stage: Stage, case: str, *, has_fallback: bool
) -> None:
    """Manager missing, disabled, without an address, or the person: fallback, else withheld."""
    fallback = f"{uuid4().hex}@contoso.example" if has_fallback else None
    on = stage.but(escalation_fallback=fallback)
    user = stage.user()
    boss = stage.user("boss", domain="elsewhere.example", mail=None)
    manager_id = {"missing": None, "no mail": boss.id, "themselves": user.id}.get(case)
    if case == "disabled":
        manager_id = stage.user("boss", account_enabled=False).id
    stage.tenant.change_user(user.id, manager_id=manager_id)

    delivered = await delivering(on).next(invitation(user, kind=ESCALATION))

    assert delivered.manager_upn is None
    if fallback is None:
        assert_withheld(delivered, Withheld.NO_MANAGER)
    else:
        assert receivers(only(stage, fallback)) == [fallback]


def everything(message: Message) -> str:
    """Return all of a mail as text."""
    return f"{message.subject}{message.content}{message.headers}{message.to}"
