"""The health of each part in one line, for the overview; the page of health has the rest."""

from dataclasses import dataclass

from markupsafe import Markup

from api.portal.times import Clock
from client.people.rollout import Rollout
from database.figures.mail_day import MailDay
from domain.tables.mail import SenderState
from domain.tables.rollout import ProcessKind
from domain.wording.counted import counted


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, whether it is well, and what is so, in words."""

    name: str
    is_well: bool
    text: Markup | str


def parts(rollout: Rollout, mail: MailDay, clock: Clock) -> list[Part]:
    """Return the parts in the order in which a mail goes through them."""
    stopped = rollout.control is not None and rollout.control.mail_stopped
    mailboxes = [one for one in mail.mailboxes if one.address is not None]
    may_send = sum(one.state in {None, SenderState.READY} for one in mailboxes)
    rebuild = rollout.rebuild_since is not None
    problems = len(rollout.faults)
    return [
        _process("Worker", ProcessKind.WORKER, rollout, clock),
        _process("Public pages", ProcessKind.API, rollout, clock),
        Part("Mail", not stopped, "stopped for everybody" if stopped else "not stopped"),
        Part(
            "Mailboxes",
            may_send == len(mailboxes),
            f"{may_send} of {len(mailboxes)} may send" if mailboxes else "none has been used yet",
        ),
        Part(
            "List and database",
            not rebuild,
            "they differ too much" if rebuild else "they agree as far as was compared",
        ),
        Part(
            "Checks by the workers",
            not problems,
            counted(problems, "problem") if problems else "no problem",
        ),
    ]


def _process(name: str, kind: ProcessKind, rollout: Rollout, clock: Clock) -> Part:
    seen_at = rollout.seen_at.get(kind)
    is_well = kind not in rollout.missing
    if seen_at is None:
        return Part(name, is_well, "none has been started yet")
    said = "running" if is_well else Markup("last seen {}").format(clock.time(seen_at))
    return Part(name, is_well, said)
