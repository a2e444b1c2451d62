"""What holds up everybody, in sentences, as ``status`` and ``attention`` print it."""

from typing import Any

from cli.people.tables import clock, iso, said
from client.people.rollout import Rollout
from domain.doctor.wording import text, title
from domain.mail.returned.blocked_sender import remedy
from domain.tables.rollout import ProcessKind, Sender

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
        lines.append(
            f"[bold red]All mail is stopped[/] since {clock(control.since)}, by "
            f"{said(control.actor or 'unknown')}: {said(control.reason or 'unknown')}"
        )
    for kind in ProcessKind:
        if kind in rollout.missing:
            at = rollout.seen_at.get(kind)
            seen = f"one was last seen on {clock(at)}" if at else "none has been started yet"
            lines.append(f"[bold red]No {_NAMES[kind]} is running[/]: {seen}. {_WITHOUT[kind]}")
    lines += [_blocked(sender) for sender in rollout.blocked]
    lines += [
        f"[bold red]{said(title(fault))}[/]: {said(text(fault))} `mfa-rollout doctor` says what to "
        "do."
        for fault in rollout.faults
    ]
    if rollout.rebuild_since is not None:
        lines.append(
            f"[bold red]List and database differ too much[/], as the reconcile of "
            f"{clock(rollout.rebuild_since)} found. Nothing was corrected: run `mfa-rollout "
            "rebuild`."
        )
    return lines


def rollout_json(rollout: Rollout | None) -> dict[str, Any]:
    """Return the same as JSON has it; without tables nothing is known."""
    if rollout is None:
        names = ("mailStopped", "workerMissing", "workerSeenAt", "apiMissing", "apiSeenAt")
        return dict.fromkeys((*names, "rebuildSince", "blockedSenders", "faults"))
    control = rollout.control
    stopped = control if control is not None and control.mail_stopped else None
    return {
        "mailStopped": stopped
        and {"since": iso(stopped.since), "actor": stopped.actor, "reason": stopped.reason},
        "workerMissing": ProcessKind.WORKER in rollout.missing,
        "workerSeenAt": iso(rollout.seen_at.get(ProcessKind.WORKER)),
        "apiMissing": ProcessKind.API in rollout.missing,
        "apiSeenAt": iso(rollout.seen_at.get(ProcessKind.API)),
        "rebuildSince": iso(rollout.rebuild_since),
        "blockedSenders": [
            {
                "address": sender.address,
                "state": sender.state.value,
                "since": iso(sender.since),
                "code": sender.reason,
            }
            for sender in rollout.blocked
        ],
        "faults": [
            {"check": fault.check.value, "about": fault.about, "code": fault.what.value}
            for fault in rollout.faults
        ],
    }


def _blocked(sender: Sender) -> str:
    return (
        f"[bold red]{said(sender.address)} may not send[/] since {clock(sender.since)}. "
        f"{said(remedy(sender.reason or ''))}. A test mail is sent every half hour; mail continues "
        "when one arrives, and everybody whose mail was returned gets it again."
    )
