"""The worker's settings that steer the rollout beside its limits, as admins are shown them."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Self

from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettingsInForce:
    """What a worker was started with.

    Attributes:
        deadline: the day by which everybody is to be enrolled.
        has_excluded_group: whether members of a group are neither mailed nor added.
        excluded_users: how many people are excluded by name; their names are kept out of tables.
        guests: whether guests are enrolled, as it is set.
        counted_methods: the methods that count as MFA.
        recheck_active: how often people who are Active are looked at again; None is never.
        registration_sweep: whether the tenant's report is read, as it is set.
        retain_ended: how long people who ended are kept; None is for good.
        escalation_fallback: the mailbox that is told where a person has no manager.
        mail_redirect_to: in a rehearsal the mailbox that all mails go to.
    """

    deadline: date | None = None
    has_excluded_group: bool = False
    excluded_users: int = 0
    guests: str
    counted_methods: tuple[str, ...]
    recheck_active: timedelta | None
    registration_sweep: str
    retain_ended: timedelta | None
    escalation_fallback: str | None = None
    mail_redirect_to: str | None = None

    @property
    def is_rehearsal(self) -> bool:
        """Whether no mail reaches the person it is for."""
        return self.mail_redirect_to is not None

    def as_json(self) -> dict[str, Json]:
        """Return what is stored of them."""
        return asdict(self) | {
            "deadline": self.deadline and self.deadline.isoformat(),
            "counted_methods": list(self.counted_methods),
            "recheck_active": _seconds(self.recheck_active),
            "retain_ended": _seconds(self.retain_ended),
        }

    @classmethod
    def from_json(cls, values: dict[str, Json]) -> Self:
        """Return what was stored; settings that are not known here are left out."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        deadline = values.get("deadline")
        known["deadline"] = date.fromisoformat(deadline) if isinstance(deadline, str) else None
        methods = values["counted_methods"]
        known["counted_methods"] = tuple(methods) if isinstance(methods, list) else ()
        for name in ("recheck_active", "retain_ended"):
            seconds = values[name]
            known[name] = timedelta(seconds=seconds) if isinstance(seconds, int | float) else None
        return cls(**known)


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()
