"""What every page says on top: what holds up everybody, and where it is put right."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from api.portal.times import Clock
from client.people.rollout import Rollout
from domain.doctor.wording import text, title
from domain.mail.returned.blocked_sender import remedy
from domain.tables.rollout import MailControl, ProcessKind, Sender

_WITHOUT = {
    ProcessKind.WORKER: (
        "No worker is running",
        "Nothing is sent and nothing is noticed until one is started.",
    ),
    ProcessKind.API: (
        "The public pages are not running",
        "Links in mails can't be opened until they are started.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A line on top of every page: ``page`` is where to look, ``link`` what that link says."""

    title: str
    text: Markup
    page: str | None = None
    link: str = ""


def banners(rollout: Rollout, clock: Clock) -> list[Banner]:
    """Return a banner for each thing that holds up everybody, the weightiest first."""
    found = []
    if rollout.control is not None and rollout.control.mail_stopped:
        found.append(_stopped(rollout.control, clock))
    if rollout.rehearsal:
        found.append(
            Banner(
                title="This is a rehearsal",
                text=Markup(
                    "Every mail goes to one mailbox, and none to the people, until the worker is "
                    "started without <code>MAIL_REDIRECT_TO</code>."
                ),
            )
        )
    found += [_missing(kind, rollout, clock) for kind in _WITHOUT if kind in rollout.missing]
    found += [_blocked(sender, clock) for sender in rollout.blocked]
    if rollout.rebuild_since is not None:
        found.append(
            Banner(
                title="The list and the database differ too much",
                text=Markup("The comparison of {} corrected nothing. Run <code>{}</code>.").format(
                    clock.time(rollout.rebuild_since), "mfa-rollout rebuild"
                ),
            )
        )
    found += [
        Banner(
            title=title(fault), text=escape(text(fault)), page="/portal/health", link="What to do"
        )
        for fault in rollout.faults
    ]
    return found


def _stopped(control: MailControl, clock: Clock) -> Banner:
    return Banner(
        title="All mail is stopped",
        text=Markup("Since {}, by <bdi>{}</bdi>. Reason: <bdi>{}</bdi>").format(
            clock.time(control.since),
            control.actor or "somebody unknown",
            control.reason or "no reason was given",
        ),
        page="/portal/mails",
        link="Mails",
    )


def _missing(kind: ProcessKind, rollout: Rollout, clock: Clock) -> Banner:
    headline, consequence = _WITHOUT[kind]
    seen_at = rollout.seen_at.get(kind)
    seen = (
        Markup("Last seen on {}.").format(clock.time(seen_at))
        if seen_at
        else Markup("None has been started yet.")
    )
    return Banner(
        title=headline,
        text=Markup("{} {}").format(seen, consequence),
        page="/portal/health",
        link="Health",
    )


def _blocked(sender: Sender, clock: Clock) -> Banner:
    return Banner(
        title=f"{sender.address} may not send",
        text=Markup(
            "Since {}. {}. A test mail is sent every half hour; mail continues when one arrives, "
            "and everybody whose mail was returned gets it again."
        ).format(clock.time(sender.since), remedy(sender.reason or "")),
        page="/portal/mails",
        link="Mailboxes",
    )
