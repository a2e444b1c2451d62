"""Whether a mail may go to this person at this moment, and who reads it."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from activities.concurrency import meanwhile
from activities.enrolment.exclusions import Exclusions
from activities.registration.unknown_methods import report_unknown
from domain.failures import NotFound
from domain.mail.content import Withheld
from domain.person import Person, mail_address
from domain.portal.call_list import NO_CALLS, CallEntry, Contact
from domain.registration.methods import COUNTED, classify
from domain.status import MailKind

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a mail goes to."""

    address: str
    name: str
    language: str | None
    manager_upn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found: the person, who reads the mail or why nobody does, and whom to call."""

    person: Person | None = None
    reader: Reader | None = None
    calls: CallEntry = NO_CALLS
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChecks:
    """The checks that belong to the moment; made again at every attempt to send.

    Attributes:
        directory: people and their managers.
        methods: their registered methods.
        exclusions: who is never mailed.
        tenant_domains: those in which a UPN is a mail address, too.
        escalation_fallback: who is told where a person has no manager.
        counted: the types of method that are a registration.
    """

    directory: "Directory"
    methods: "AuthenticationMethods"
    exclusions: Exclusions
    tenant_domains: frozenset[str] = frozenset()
    escalation_fallback: str | None = None
    counted: frozenset[str] = COUNTED

    async def check(
        self, kind: MailKind, object_id: str, *, not_excluded_at: datetime | None = None
    ) -> Checked:
        """Look the person up, and say who reads the mail or why it isn't sent.

        All is read at once. That nobody excludes them is believed for a minute after
        ``not_excluded_at``.

        Raises:
            RolloutError: it could not be found out; then nothing is sent.
        """
        escalation = kind is MailKind.ESCALATION
        in_group = self.exclusions.excludes_by_group(object_id, not_since=not_excluded_at)
        async with (
            meanwhile(self.methods.methods(object_id)) as methods_read,
            meanwhile(in_group) as excluded_read,
            meanwhile(self._manager(object_id if escalation else None)) as manager_read,
        ):
            try:
                contact = await self.directory.contact(object_id)
            except NotFound:
                return Checked(withheld=Withheld.MISSING)
            person = contact.person
            if withheld := await self._reason_to_withhold(person, methods_read, excluded_read):
                return Checked(person=person, withheld=withheld)
            manager = await manager_read
        reader = self._manager_reader(person, manager) if escalation else self._own_reader(person)
        if reader is not None:
            return Checked(person=person, reader=reader, calls=_calls(contact, manager))
        return Checked(
            person=person, withheld=Withheld.NO_MANAGER if escalation else Withheld.NO_ADDRESS
        )

    async def _manager(self, object_id: str | None) -> Contact | None:
        return await self.directory.manager(object_id) if object_id else None

    async def _reason_to_withhold(
        self,
        person: Person,
        methods_read: Awaitable[Sequence[str]],
        excluded_read: Awaitable[bool],
    ) -> Withheld | None:
        seen = classify(await methods_read, self.counted)
        report_unknown(seen.unknown)
        if seen.registered:
            return Withheld.REGISTERED
        if not person.account_enabled:
            return Withheld.DISABLED
        if self.exclusions.names(person) or await excluded_read:
            return Withheld.EXCLUDED
        return None

    def _own_reader(self, person: Person) -> Reader | None:
        address = mail_address(person, self.tenant_domains)
        return Reader(address, person.display_name, person.language) if address else None

    def _manager_reader(self, person: Person, contact: Contact | None) -> Reader | None:
        manager = contact.person if contact else None
        if (
            manager is not None
            and manager.account_enabled
            and manager.object_id != person.object_id
            and (address := mail_address(manager, self.tenant_domains))
        ):
            upn = manager.user_principal_name
            return Reader(address, manager.display_name, manager.language, upn)
        if fallback := self.escalation_fallback:
            return Reader(fallback, fallback.partition("@")[0], None)
        return None


def _calls(person: Contact, manager: Contact | None) -> CallEntry:
    return CallEntry(
        phone=person.phone,
        manager_name=manager.person.display_name if manager else None,
        manager_phone=manager.phone if manager else None,
    )
