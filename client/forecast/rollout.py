"""The forecast of the rollout that runs, alone or with an import that is about to start."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from client.forecast.groups import loads_of, seen_of, with_blocks
from client.forecast.play import play
from database.engine import Database
from database.figures.standing import read_standing_groups
from database.mail.senders import read_senders
from database.rollout.control import read_control
from database.rollout.policy import read_policy
from domain.enrolment.policy import Policy
from domain.forecast.forecast import Group, Load, Situation
from domain.forecast.plan import limits_of
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from domain.forecast.seen_rates import seen_rates
from domain.imports.pace import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSettings:
    """What a forecast needs besides the tables.

    Attributes:
        pace: the mailboxes' budgets.
        senders: the addresses of the mailboxes.
        policy: the rules for each person.
        deadline: the day by whose end everybody is to be registered.
        assumed: the rates where too few people were invited to see any.
    """

    pace: Pace = field(default_factory=Pace)
    senders: Sequence[str] = ()
    policy: Policy = field(default_factory=Policy)
    deadline: date | None = None
    assumed: Rates = field(default_factory=Rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """An import that is about to start.

    Attributes:
        people: how many it would invite.
        pace: how fast it invites, and when its people may be mailed.
        senders: the addresses of the mailboxes that mail them; empty for all.
    """

    people: int
    pace: Pace = field(default_factory=Pace)
    senders: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where everybody stands at one instant, and the rates seen until then."""

    situation: Situation
    rates: Rates


async def read_situation(
    connection: AsyncConnection, settings: ForecastSettings, now: datetime
) -> Standing:
    """Read where everybody stands, and which mails have worked so far.

    The worker's budgets count, where it has told them, and not the reader's own settings. Nothing
    leaves while all mail is stopped, nor from a mailbox that is blocked.
    """
    policy = settings.policy
    groups = await read_standing_groups(
        connection, now=now, day=policy.day, days_back=len(settings.assumed.delays)
    )
    limits = limits_of(settings.pace)
    in_force = await read_policy(connection)
    if in_force is not None:
        limits = replace(
            limits,
            per_minute=in_force.per_minute,
            per_hour=in_force.per_hour,
            per_day=in_force.per_day,
        )
    control = await read_control(connection)
    mailboxes = await read_senders(connection)
    # Where none is named, those that have sent are all that are known.
    senders = settings.senders or [mailbox.address for mailbox in mailboxes]
    situation = Situation(
        start=now,
        loads=with_blocks(loads_of(groups, policy, senders, now), mailboxes),
        mail_stopped=control is not None and control.mail_stopped,
        policy=policy,
        limits=limits,
        registered=sum(group.people for group in groups if group.registered),
        idle=sum(group.people for group in groups if group.idle and not group.registered),
        deadline=settings.deadline,
    )
    return Standing(
        situation=situation,
        rates=seen_rates(seen_of(groups, policy, now), policy, settings.assumed),
    )


async def rollout_forecast(
    database: Database,
    settings: ForecastSettings,
    now: datetime,
    *,
    within: timedelta | None = None,
) -> Forecast:
    """Play the rollout forward from where everybody stands.

    Meanwhile no connection to the database is held.

    Raises:
        DatabaseError: the tables can't be read.
        ForecastTakesTooLong: it wasn't there ``within`` that time.
    """
    async with database.reading() as connection:
        standing = await read_situation(connection, settings, now)
    return await play(standing.situation, standing.rates, within=within)


async def rollout_forecast_with_import(
    database: Database,
    settings: ForecastSettings,
    new: NewImport,
    now: datetime,
    *,
    within: timedelta | None = None,
) -> Forecast:
    """Play the rollout forward together with an import that is started now.

    Raises:
        DatabaseError: the tables can't be read.
        ForecastTakesTooLong: it wasn't there ``within`` that time.
    """
    async with database.reading() as connection:
        standing = await read_situation(connection, settings, now)
    situation = with_import(standing.situation, new)
    return await play(situation, standing.rates, within=within)


def with_import(situation: Situation, new: NewImport) -> Situation:
    """Return a situation in which an import begins.

    Its people are spread over its mailboxes evenly, and have the slots that an import gives.
    """
    known: list[str | None] = [load.sender for load in situation.loads]
    addresses = [*new.senders] or known or [None]
    pace = replace(new.pace, senders=len(addresses))
    groups = [
        Group(people=number / len(addresses), invite_not_before=slot, window=pace.window)
        for slot, number in pace.slots(new.people, situation.start)
    ]
    by_sender = {load.sender: load for load in situation.loads}
    for address in addresses:
        load = by_sender.get(address, Load(groups=(), sender=address))
        by_sender[address] = replace(load, groups=(*load.groups, *groups))
    return replace(situation, loads=list(by_sender.values()))
