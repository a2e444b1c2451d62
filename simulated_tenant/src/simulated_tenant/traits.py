"""What a real tenant does that a kind one doesn't: behaviours that are switched on by name.

Each stands for a page of Microsoft's, or for what many have seen; the README has the table. A trait
that is off leaves the tenant as kind as it can be without being wrong.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.outbound_policy import STRICT, OutboundPolicy

OFF, ON = "off", "on"
DAY = timedelta(days=1)


class UnknownTraitError(ValueError):
    """A trait that doesn't exist, or a value that it can't have."""


@dataclass(kw_only=True, slots=True)
class Traits:
    """The traits in force; the README says what each stands for.

    The object is shared by all services: switching a trait holds from the next call on. Durations
    of zero, numbers of None and switches of False mean that the trait is off.
    """

    suppress: bool = False
    newid: bool = False
    normalid: bool = False
    nosave: bool = False
    staysdraft: timedelta = timedelta(0)
    searchlag: timedelta = timedelta(0)
    scan: int | None = None
    latency: timedelta = timedelta(0)
    mailsystem: MailSystem = MailSystem.EXCHANGE_ONLINE
    bounce: str | None = None
    receipts: bool = False
    delays: bool = False
    outofoffice: bool = False
    answers: bool = False
    outbound_policy: OutboundPolicy | None = None
    mailrate: int | None = None
    recipientlimit: int | None = None
    concurrency: int | None = 4
    mailboxcalls: int | None = None
    resourceunits: int | None = None
    identityunits: int | None = None
    reportcalls: int | None = None
    retryafter: timedelta = timedelta(0)
    batchfails: bool = False
    groupread: bool = True
    grouplag: timedelta = timedelta(0)
    rbaclag: timedelta = timedelta(0)
    userlag: timedelta = timedelta(0)
    indexlag: timedelta = timedelta(0)
    localdates: bool = False
    viewfilter: tuple[str, str] | None = None
    nodevicecode: bool = False
    nomailbox: str | None = None
    lostpages: int | None = None
    translated: bool = False
    nulls: bool = False
    otherforms: bool = False
    junk: bool = False
    proxy: int | None = None
    sitelocked: bool = False
    sitereadonly: bool = False

    def switch(self, name: str, value: str = ON, *, day_length: timedelta = DAY) -> None:
        """Switch a trait on or off, or set its value.

        ``all`` stands for every trait whose default value makes the tenant unkinder. Durations are
        seconds; a duration that isn't given is the trait's own, shortened as days are.

        Raises:
            UnknownTraitError: The trait doesn't exist, or can't have this value.
        """
        if name == "all":
            for each in _UNKIND:
                self.switch(each, value, day_length=day_length)
            return
        key = name.replace("-", "_").lower()
        trait = _TRAITS.get(key)
        if trait is None:
            raise UnknownTraitError(f"There is no trait '{name}'. Traits: {', '.join(_TRAITS)}.")
        if value.lower() == OFF:
            found = trait.off
        elif value.lower() == ON:
            on = trait.on
            found = on * (day_length / DAY) if isinstance(on, timedelta) else on
        else:
            try:
                found = trait.read(value)
            except (ValueError, KeyError):
                raise UnknownTraitError(
                    f"The trait '{name}' can't be '{value}': give {trait.form}."
                ) from None
        setattr(self, key, found)

    @classmethod
    def from_environment(cls, *, day_length: timedelta = DAY) -> "Traits":
        """Return what a tenant begins with, and what ``SIMULATED_TENANT_TRAITS`` adds to it.

        So a suite of tests, with all processes that it starts, runs under a trait.
        """
        traits = cls()
        for text in os.environ.get("SIMULATED_TENANT_TRAITS", "").split():
            traits.switch(*split_trait(text), day_length=day_length)
        return traits

    def switch_all_off(self) -> None:
        """Return to what a tenant begins with."""
        fresh = Traits()
        for one in fields(self):
            setattr(self, one.name, getattr(fresh, one.name))

    def shown(self) -> dict[str, str]:
        """Return the traits that differ from what a tenant begins with."""
        fresh = Traits()
        values = {name: getattr(self, name) for name in _TRAITS}
        return {
            name: _TRAITS[name].shown(value)
            for name, value in values.items()
            if value != getattr(fresh, name)
        }


def split_trait(text: str) -> tuple[str, str]:
    """Split ``NAME[=VALUE]`` as it is written on the command line."""
    name, separator, value = text.partition("=")
    return name.strip(), value.strip() if separator else ON


def trait_names() -> Mapping[str, str]:
    """Return every trait with the form of its value."""
    return {name: trait.form for name, trait in _TRAITS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trait:
    """How the value of a trait is read, and what ``on`` and ``off`` mean."""

    read: Callable[[str], Any]
    form: str
    on: Any
    off: Any = None

    def shown(self, value: Any) -> str:
        """Write a value as it is read."""
        if value == self.off:
            return OFF
        if isinstance(value, bool):
            return ON
        if isinstance(value, timedelta):
            return f"{value.total_seconds():g}"
        return "=".join(value) if isinstance(value, tuple) else str(value)


def _no_value(text: str) -> bool:
    raise ValueError(text)


def _seconds(text: str) -> timedelta:
    seconds = float(text)
    if not 0 <= seconds < timedelta.max.total_seconds():
        raise ValueError(text)
    return timedelta(seconds=seconds)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def _column_value(text: str) -> tuple[str, str]:
    column, separator, value = text.partition("=")
    if not (column and separator):
        raise ValueError(text)
    return column, value


def _status_code(text: str) -> str:
    parts = text.split(".")
    if len(parts) != len(["5", "1", "1"]) or not all(part.isdigit() for part in parts):
        raise ValueError(text)
    return text


def _error_code(text: str) -> str:
    if not text.isalnum():
        raise ValueError(text)
    return text


def _switch() -> _Trait:
    return _Trait(read=_no_value, form="on or off", on=True, off=False)


def _duration(usual: timedelta) -> _Trait:
    form = f"seconds (on: {usual.total_seconds():g})"
    return _Trait(read=_seconds, form=form, on=usual, off=timedelta(0))


def _number(usual: int, what: str) -> _Trait:
    return _Trait(read=_count, form=f"{what} (on: {usual})", on=usual)


_TRAITS: dict[str, _Trait] = {
    "suppress": _switch(),
    "newid": _switch(),
    "normalid": _switch(),
    "nosave": _switch(),
    "staysdraft": _duration(timedelta(seconds=30)),
    "searchlag": _duration(timedelta(minutes=5)),
    "scan": _number(2000, "items searched in a second"),
    "latency": _duration(timedelta(milliseconds=200)),
    "mailsystem": _Trait(
        read=MailSystem,
        form=f"one of {', '.join(MailSystem)}",
        on=MailSystem.POSTFIX,
        off=MailSystem.EXCHANGE_ONLINE,
    ),
    "bounce": _Trait(read=_status_code, form="an enhanced status code (on: 5.2.2)", on="5.2.2"),
    "receipts": _switch(),
    "delays": _switch(),
    "outofoffice": _switch(),
    "answers": _switch(),
    "outbound_policy": _Trait(
        read=OutboundPolicy.parse, form="strict, standard or HOUR,DAY (on: strict)", on=STRICT
    ),
    "mailrate": _number(30, "mails a minute"),
    "recipientlimit": _number(10_000, "recipients a day"),
    "concurrency": _number(4, "calls at once"),
    "mailboxcalls": _number(10_000, "calls in ten minutes"),
    "resourceunits": _number(1_250, "resource units a minute"),
    "identityunits": _number(3_500, "resource units in ten seconds"),
    "reportcalls": _number(5, "calls in ten seconds"),
    "retryafter": _duration(timedelta(hours=2)),
    "batchfails": _switch(),
    "groupread": _switch(),
    "grouplag": _duration(timedelta(minutes=2)),
    "rbaclag": _duration(timedelta(hours=1)),
    "userlag": _duration(timedelta(minutes=5)),
    "indexlag": _duration(timedelta(minutes=1)),
    "localdates": _switch(),
    "viewfilter": _Trait(
        read=_column_value,
        form="COLUMN=VALUE (on: InviteStatus=Sent)",
        on=("InviteStatus", "Sent"),
    ),
    "nodevicecode": _switch(),
    "nomailbox": _Trait(
        read=_error_code, form="an error code (on: ResourceNotFound)", on="ResourceNotFound"
    ),
    "lostpages": _number(50, "links to a next page, of which one is lost"),
    "translated": _switch(),
    "nulls": _switch(),
    "otherforms": _switch(),
    "junk": _switch(),
    "proxy": _number(50, "calls, of which one is answered by a proxy"),
    "sitelocked": _switch(),
    "sitereadonly": _switch(),
}
# What `all` leaves alone changes whose fault it is, and not how unkind the tenant is.
_LEFT_ALONE = frozenset(
    {"bounce", "mailsystem", "proxy", "retryafter", "sitelocked", "sitereadonly"}
)
_UNKIND = tuple(name for name in _TRAITS if name not in _LEFT_ALONE)
