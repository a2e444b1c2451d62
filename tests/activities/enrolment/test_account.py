"""Waiting for a disabled account, and looking an address up for the resend form."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activities.enrolment.account import AwaitEnabledInput
from activities.texts import WAITING, Waiting
from domain.enrolment.policy import Policy
from domain.person import Person
from domain.plain_text import beginning
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.stage import Stage

NOBODY = "99999999-9999-4999-8999-999999999999"


def waiting(stage: Stage) -> Attempts[Person]:
    """Return the attempts of one waiting."""
    return Attempts(stage.directory_activities.await_enabled)


def looking_up(stage: Stage) -> Attempts[str | None]:
    """Return the attempts of one look-up."""
    return Attempts(stage.resend_activities.find_object_id)


async def test_an_account_is_waited_for_until_it_is_enabled(stage: Stage) -> None:
    """Disabled: looked at again tomorrow; enabled: returned as the directory has it now."""
    user = stage.user(account_enabled=False, department="Old")
    account = AwaitEnabledInput(object_id=user.id, policy=Policy())
    attempts = waiting(stage)

    error = await attempts.failure(account)
    assert_passing(error, "StillDisabled")
    assert error.next_retry_delay == timedelta(days=1)
    stage.tenant.change_user(user.id, account_enabled=True, department="New")

    assert (await attempts.next(account)).department == "New"


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_account_that_cannot_be_read_is_waited_for(stage: Stage, status: int) -> None:
    """Missing or forbidden: not judged here, looked at again tomorrow, and it says why."""
    account = AwaitEnabledInput(object_id=stage.user().id, policy=Policy())
    stage.fault("GET", "/users/", status=status, times=2)

    error = await waiting(stage).failure(account)

    assert_passing(error, "StillDisabled")
    assert beginning(WAITING[Waiting.ACCOUNT_UNREADABLE]) in str(error)
    assert error.next_retry_delay == timedelta(days=1)


@pytest.mark.parametrize("by", ["user_principal_name", "mail", "alias", "upper case"])
async def test_an_address_leads_to_its_user(stage: Stage, by: str) -> None:
    """UPN, mail and proxy addresses are all known, in any case."""
    unique = uuid4().hex
    mail, alias = f"mail-{unique}@contoso.example", f"alias-{unique}@contoso.example"
    user = stage.user(mail=mail, proxy_addresses=[f"SMTP:{mail}", f"smtp:{alias}"])
    address = {
        "user_principal_name": user.user_principal_name,
        "mail": mail,
        "alias": alias,
        "upper case": mail.upper(),
    }[by]

    assert await looking_up(stage).next(address) == user.id


@pytest.mark.parametrize("address", ["nobody@contoso.example", "no address", "", "o'x@y.example"])
async def test_an_unknown_address_leads_to_nobody(stage: Stage, address: str) -> None:
    """Whatever was typed, it is None and no failure."""
    assert await looking_up(stage).next(address) is None


async def test_an_address_that_graph_refuses_leads_to_a_failure(stage: Stage) -> None:
    """A look-up that is refused as it is, is not repeated, and tells no address."""
    stage.fault("GET", "/users/", status=400)

    error = await looking_up(stage).failure("odd@contoso.example")

    assert_permanent(error, "BadRequest")
