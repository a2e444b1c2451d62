"""Mail addresses, users, domains, and addresses of networks."""

import re
from ipaddress import ip_network
from typing import Annotated

from domain.plain_text import list_of
from settings.values.identifiers import is_guid
from settings.values.validators import written

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f.]*:[0-9a-f:.]*")


def read_mailbox(text: str) -> str:
    """Read one mail address."""
    # A tenth of what importing all settings costs, and only who sends mail needs it.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("is not a mail address") from None
    return text


def read_user(text: str) -> str:
    """Read a user principal name or an ObjectId."""
    name, at, domain = text.casefold().partition("@")
    is_upn = bool(name and at and _DOMAIN.fullmatch(domain)) and not re.search(r"\s", name)
    if not is_upn and not is_guid(text):
        raise ValueError("is neither a UPN nor an ObjectId")
    return text.casefold()


def read_domain(text: str) -> str:
    """Read the name of a domain."""
    if not _DOMAIN.fullmatch(text.casefold()):
        raise ValueError("is not a domain name")
    return text.casefold()


def read_network(text: str) -> str:
    """Read an address, or a network in CIDR notation."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError("is not an address or a network") from None
    return text


def read_listening_host(text: str) -> str:
    """Read an address to listen on, or a host's name."""
    if not _HOST.fullmatch(text.casefold()):
        raise ValueError("is not an address or a host name")
    return text


def read_audience(text: str) -> str:
    """Read an application id or App ID URI, which is compared letter by letter."""
    if re.search(r"\s", text):
        raise ValueError("has a space in it")
    return text


def _read_sender(text: str) -> str:
    return read_mailbox(text).casefold()


Mailbox = Annotated[str, written(read_mailbox)]
Mailboxes = Annotated[tuple[str, ...], written(list_of(_read_sender, unique=True))]
Users = Annotated[tuple[str, ...], written(list_of(read_user))]
Domains = Annotated[tuple[str, ...], written(list_of(read_domain))]
Networks = Annotated[tuple[str, ...], written(list_of(read_network))]
ListeningHost = Annotated[str, written(read_listening_host)]
Audiences = Annotated[tuple[str, ...], written(list_of(read_audience))]
