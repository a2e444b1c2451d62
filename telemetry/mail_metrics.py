"""Figures of mail: the switch, the mailboxes and their budgets, and who waits for a mail."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy.ext.asyncio import AsyncConnection

from client.people.rollout import Rollout
from database.figures.due_mails import DueMails, read_due_mails
from database.mail.mailbox_use import read_lately_sent
from database.mail.senders import read_senders
from database.rollout.policy import read_policy
from domain.tables.mail import SenderState
from domain.tables.rollout import Sender

WINDOWS = ("minute", "hour", "day")


async def read_mail_metrics(
    connection: AsyncConnection, mailboxes: Sequence[str], rollout: Rollout, now: datetime
) -> list[Metric]:
    """Return the figures of mail; a mailbox is its place among the configured ones, from 1."""
    states = {one.address: one for one in await read_senders(connection)}
    due = await read_due_mails(connection, now=now)
    found = [_stopped(rollout), _states(mailboxes, states), *_due(mailboxes, due, now)]
    sent = GaugeMetricFamily(
        "mfa_rollout_mailbox_mails_sent",
        "Mails that left a mailbox in the last minute, hour or 24 hours; those of others count in "
        "the 24 hours.",
        labels=["mailbox", "window"],
    )
    for number, address in enumerate(mailboxes, start=1):
        counts = await read_lately_sent(connection, address, now)
        others = states[address].others_sent if address in states else 0
        for window, count in zip(WINDOWS, counts, strict=True):
            extra = others if window == "day" else 0
            sent.add_metric([str(number), window], count + extra)
    found.append(sent)
    limits = await read_policy(connection)
    if limits is not None:
        limit = GaugeMetricFamily(
            "mfa_rollout_mailbox_mail_limit",
            "Mails that may leave one mailbox, as the workers have it.",
            labels=["window"],
        )
        for window, most in zip(
            WINDOWS, (limits.per_minute, limits.per_hour, limits.per_day), strict=True
        ):
            limit.add_metric([window], most)
        found.append(limit)
    return found


def _stopped(rollout: Rollout) -> Metric:
    return GaugeMetricFamily(
        "mfa_rollout_mail_stopped",
        "Whether an admin has stopped all mail: 1, or 0.",
        value=float(rollout.control is not None and rollout.control.mail_stopped),
    )


def _states(mailboxes: Sequence[str], states: dict[str, Sender]) -> Metric:
    """Return the state of each mailbox; one that was never used is ready."""
    family = GaugeMetricFamily(
        "mfa_rollout_mailbox_state",
        "1 for the state that a sender mailbox is in, 0 for the others.",
        labels=["mailbox", "state"],
    )
    for number, address in enumerate(mailboxes, start=1):
        is_now = states[address].state if address in states else SenderState.READY
        for state in SenderState:
            family.add_metric([str(number), state], float(state is is_now))
    return family


def _due(mailboxes: Sequence[str], due: dict[str | None, DueMails], now: datetime) -> list[Metric]:
    waiting = GaugeMetricFamily(
        "mfa_rollout_mails_due",
        "People whose next mail is due and hasn't left.",
        labels=["mailbox"],
    )
    oldest = GaugeMetricFamily(
        "mfa_rollout_oldest_due_mail_age_seconds",
        "How long the mail has been due that waits longest; 0 while none is.",
        labels=["mailbox"],
    )
    for number, address in enumerate(mailboxes, start=1):
        found = due.get(address, DueMails())
        waiting.add_metric([str(number)], found.people)
        age = (now - found.oldest_at).total_seconds() if found.oldest_at else 0.0
        oldest.add_metric([str(number)], age)
    return [waiting, oldest]
