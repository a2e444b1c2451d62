"""What each kind of person does, step by step.

A script may be run again from its beginning, after a restart of the tenant: it finds its mails
where they are, and the steps it repeats change nothing.
"""

from collections.abc import Awaitable, Callable

from simulated_tenant.exchange.message import Message
from simulated_tenant.personas.actor import Actor
from simulated_tenant.personas.kinds import Kind

Script = Callable[[Actor], Awaitable[None]]

DAY_OF_RETURN = 5.0
DAYS_UNTIL_LEAVING = 2.0


async def _act_on(actor: Actor, mail: Message) -> None:
    """Open, click and register, each after a little while."""
    await actor.pause(0.2, 0.4)
    await actor.read(mail)
    await actor.click(mail)
    await actor.pause(0.05, 0.15)
    actor.register()


async def _registers_at_once(actor: Actor) -> None:
    await _act_on(actor, await actor.mail("invitation"))


async def _reads_and_clicks_later(actor: Actor) -> None:
    mail = await actor.mail("invitation")
    await actor.pause(0.2, 0.6)
    await actor.read(mail)
    await actor.days(2)
    await actor.click(mail)
    await actor.pause(0.05, 0.15)
    actor.register()


async def _needs_one_reminder(actor: Actor) -> None:
    await _act_on(actor, await actor.mail("reminder"))


async def _needs_two_reminders(actor: Actor) -> None:
    await _act_on(actor, await actor.mail("reminder", 2))


async def _is_escalated(actor: Actor) -> None:
    await actor.escalation()
    await _act_on(actor, await actor.mail("reminder", 2))


async def _stalls_after_click(actor: Actor) -> None:
    mail = await actor.mail("invitation")
    await actor.pause(0.2, 0.6)
    await actor.click(mail)
    await actor.mail("follow-up")
    await actor.pause(0.2, 0.6)
    actor.register()


async def _stalls_for_ever(actor: Actor) -> None:
    mail = await actor.mail("invitation")
    await actor.pause(0.2, 0.6)
    await actor.click(mail)


async def _leaves_mid_journey(actor: Actor) -> None:
    await actor.mail("invitation")
    await actor.days(DAYS_UNTIL_LEAVING)
    if actor.user is not None:
        actor.tenant.delete_user(actor.address)


async def _on_leave(actor: Actor) -> None:
    # The rollout's first day is the first mail of anybody, which the cast waits for.
    await actor.days(DAY_OF_RETURN)
    actor.tenant.change_user(actor.address, account_enabled=True)
    await _act_on(actor, await actor.mail("invitation"))


async def _lost_link(actor: Actor) -> None:
    first = await actor.mail("invitation")
    await actor.pause(1.5, 2.5)
    await actor.ask_for_new_link(first)
    await _act_on(actor, await actor.mail("invitation", 2))


async def _mail_scanner(actor: Actor) -> None:
    await actor.scan(await actor.mail("invitation"))
    reminder = await actor.mail("reminder")
    await actor.scan(reminder)
    await _act_on(actor, reminder)


async def _images_only(actor: Actor) -> None:
    mail = await actor.mail("invitation")
    await actor.pause(0.2, 0.6)
    await actor.read(mail)
    await _act_on(actor, await actor.mail("reminder"))


async def _double_clicker(actor: Actor) -> None:
    mail = await actor.mail("invitation")
    await actor.pause(0.2, 0.4)
    await actor.click(mail, presses=2)
    await actor.pause(0.05, 0.15)
    actor.register()


async def _registers_without_clicking(actor: Actor) -> None:
    await actor.mail("invitation")
    await actor.pause(0.3, 0.6)
    actor.register()


async def _nothing(_actor: Actor) -> None:
    """Do nothing, whatever comes."""


SCRIPTS: dict[Kind, Script] = {
    Kind.REGISTERS_AT_ONCE: _registers_at_once,
    Kind.READS_AND_CLICKS_LATER: _reads_and_clicks_later,
    Kind.NEEDS_ONE_REMINDER: _needs_one_reminder,
    Kind.NEEDS_TWO_REMINDERS: _needs_two_reminders,
    Kind.IS_ESCALATED: _is_escalated,
    Kind.IGNORES_EVERYTHING: _nothing,
    Kind.STALLS_AFTER_CLICK: _stalls_after_click,
    Kind.STALLS_FOR_EVER: _stalls_for_ever,
    Kind.REGISTERED_ALREADY: _nothing,
    Kind.LEFT_THE_COMPANY: _nothing,
    Kind.LEAVES_MID_JOURNEY: _leaves_mid_journey,
    Kind.ON_LEAVE: _on_leave,
    Kind.NO_MANAGER: _nothing,
    Kind.NO_MAILBOX: _nothing,
    Kind.LOST_LINK: _lost_link,
    Kind.MAIL_SCANNER: _mail_scanner,
    Kind.IMAGES_ONLY: _images_only,
    Kind.DOUBLE_CLICKER: _double_clicker,
    Kind.REGISTERS_WITHOUT_CLICKING: _registers_without_clicking,
}
