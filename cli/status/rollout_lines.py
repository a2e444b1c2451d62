"""What holds up everybody, in sentences, as ``status`` and ``attention`` print it."""

from cli.output.tables import clock, said
from client.people.rollout import Rollout
from domain.doctor.wording import text, title
from domain.mail.returned.blocked_sender import remedy
from domain.tables.rollout import ProcessKind, Sender
from domain.wording.sentence import sentence

_WITHOUT = {
    ProcessKind.WORKER: "Nothing happens until one is started with `mfa-rollout worker`.",
    ProcessKind.API: "Links in mails can't be opened until one is started with `mfa-rollout api`.",
}
_NAMES = {ProcessKind.WORKER: "worker", ProcessKind.API: "API"}


def rollout_lines(rollout: Rollout) -> list[str]:
    """Return a sentence for each thing that holds up everybody."""
    lines = []
    control = rollout.control
    if control is not None and control.mail_stopped:
        reason = sentence(control.reason or "unknown")
        lines.append(
            f"[bold red]All mail has been stopped[/] since {clock(control.since)}, by "
            f"{said(control.actor or 'unknown')}: {said(reason)}"
        )
    for kind in ProcessKind:
        if kind in rollout.missing:
            at = rollout.seen_at.get(kind)
            seen = f"one was last seen on {clock(at)}" if at else "none has been started yet"
            lines.append(f"[bold red]No {_NAMES[kind]} is running[/]: {seen}. {_WITHOUT[kind]}")
    lines += [_blocked(sender) for sender in rollout.blocked]
    lines += [
        f"[bold red]{said(title(fault))}[/]: {said(text(fault))} A worker looks once an hour; "
        "`mfa-rollout doctor` looks now, and says what to do."
        for fault in rollout.faults
    ]
    if rollout.rebuild_since is not None:
        lines.append(
            f"[bold red]List and database differ too much[/], as the reconcile of "
            f"{clock(rollout.rebuild_since)} found. Nothing was corrected: run `mfa-rollout "
            "rebuild`."
        )
    return lines


def _blocked(sender: Sender) -> str:
    return (
        f"[bold red]{said(sender.address)} may not send[/] since {clock(sender.since)}. "
        f"{said(remedy(sender.reason or ''))}. A test mail is sent every half hour; mail continues "
        "when one arrives, and everybody whose mail was returned gets it again."
    )
