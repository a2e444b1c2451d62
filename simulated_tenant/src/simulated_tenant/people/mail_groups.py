"""The mails of the tenant, counted by reader or by kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from simulated_tenant.people.mail_views import SentMail
from simulated_tenant.personas.actor import KIND_HEADER
from simulated_tenant.tenant import SimulatedTenant

OTHER = "other"


@dataclass(slots=True, kw_only=True)
class MailGroup:
    """Mails that belong together; ``key`` finds them in the outbox."""

    key: str
    name: str
    mails: int = 0
    opened: int = 0
    bounced: int = 0
    last_sent_at: datetime

    def count(self, mail: SentMail) -> None:
        """Count one more."""
        self.mails += 1
        self.opened += mail.opened
        self.bounced += mail.bounced
        self.last_sent_at = max(self.last_sent_at, mail.sent_at)


def kind_of(mail: SentMail) -> str:
    """Return which of the rollout's mails it is; those of others have no kind."""
    return mail.message.header(KIND_HEADER) or OTHER


def by_kind(mails: Iterable[SentMail]) -> list[MailGroup]:
    """Return a group for each kind, the largest first."""
    groups: dict[str, MailGroup] = {}
    for mail in mails:
        kind = kind_of(mail)
        _group(groups, kind, kind.capitalize(), mail).count(mail)
    return sorted(groups.values(), key=lambda group: (-group.mails, group.name))


def by_person(mails: Iterable[SentMail], tenant: SimulatedTenant) -> list[MailGroup]:
    """Return a group for each reader, by name."""
    groups: dict[str, MailGroup] = {}
    for mail in mails:
        for recipient in mail.message.recipients:
            key = recipient.address.casefold()
            if key not in groups:
                user = tenant.users.find_by_address(recipient.address)
                _group(groups, key, user.display_name if user else recipient.address, mail)
            groups[key].count(mail)
    return sorted(groups.values(), key=lambda group: group.name.casefold())


def of_person(mails: Iterable[SentMail], person: str, tenant: SimulatedTenant) -> list[SentMail]:
    """Return the mails to a person, named by user principal name or by mail address."""
    user = tenant.users.find(person) or tenant.users.find_by_address(person)
    addresses = {person.casefold()} | (user.addresses() if user else set())
    return [
        mail
        for mail in mails
        if any(one.address.casefold() in addresses for one in mail.message.recipients)
    ]


def _group(groups: dict[str, MailGroup], key: str, name: str, mail: SentMail) -> MailGroup:
    return groups.setdefault(key, MailGroup(key=key, name=name, last_sent_at=mail.sent_at))
