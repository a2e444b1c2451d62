"""The options of one import, and what they make of the settings' policy and pace."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Self

from domain.enrolment.policy import DAY, Policy
from domain.imports.options.names import OptionName
from domain.imports.pace import Pace
from domain.mail.send_hours import with_send_hours
from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What an import names for itself; what is None is as the settings say.

    Attributes:
        wave_size: people in a wave.
        wave_days: days from one wave to the next.
        send_window: hours in which mails leave, as in ``SEND_WINDOW``.
        send_days: weekdays on which they leave, as in ``SEND_DAYS``.
        sender_mailboxes: those of ``SENDER_MAILBOXES`` that mail these people.
    """

    wave_size: int | None = None
    wave_days: int | None = None
    send_window: str | None = None
    send_days: tuple[str, ...] | None = None
    sender_mailboxes: tuple[str, ...] | None = None

    def applied(self, policy: Policy, pace: Pace, mailboxes: Sequence[str]) -> tuple[Policy, Pace]:
        """Return the policy of the people and the pace of the import.

        Args:
            policy: the settings'.
            pace: the settings'.
            mailboxes: ``SENDER_MAILBOXES``.
        """
        window = with_send_hours(policy.window, self.send_window, self.send_days)
        return replace(policy, window=window), self.pace(pace, mailboxes, policy.day)

    def pace(self, pace: Pace, mailboxes: Sequence[str], day: timedelta = DAY) -> Pace:
        """Return how fast the import invites; in a demo a ``day`` is shorter."""
        interval = pace.wave_interval if self.wave_days is None else self.wave_days * DAY
        pace = replace(
            pace,
            window=with_send_hours(pace.window, self.send_window, self.send_days),
            wave_interval=interval * (day / DAY),
        )
        if self.wave_size is not None:
            pace = replace(pace, wave_size=self.wave_size)
        if self.sender_mailboxes is not None:
            chosen = self.senders(mailboxes)
            places = tuple(place for place, one in enumerate(mailboxes) if one in chosen)
            pace = replace(pace, senders=max(1, len(places)), mailboxes=places)
        return pace

    def senders(self, mailboxes: Sequence[str]) -> tuple[str, ...]:
        """Return the addresses of the mailboxes that mail these people: all, where none is named.

        One that the settings don't name any more is left out.
        """
        named = self.sender_mailboxes or ()
        return tuple(one for one in mailboxes if one in named) or tuple(mailboxes)

    def written(self) -> dict[OptionName, str]:
        """Return each option that is named as it is written: lists with commas."""
        return {
            OptionName(name): ",".join(value) if isinstance(value, list) else str(value)
            for name, value in self.as_json().items()
        }

    def as_json(self) -> dict[str, Json]:
        """Return what is named, and nothing else."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Json]) -> Self:
        """Return what was stored by ``as_json``, maybe beside other values."""
        named: dict[str, Json] = {}
        for name in OptionName:
            value = stored.get(name)
            named[name.value] = tuple(value) if isinstance(value, list) else value
        return cls(**named)
