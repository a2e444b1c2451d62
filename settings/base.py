"""What all settings have in common: where they are read, and how their values are checked."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    Field,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_FILE = ".env"
NOTHING = timedelta(0)

Names = Annotated[tuple[str, ...], NoDecode]


class EnvironmentSettings(BaseSettings):
    """Read from the environment and ``.env``; frozen, and silent about values that are wrong."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    simulated_tenant: bool = Field(
        default=False, description="Allow authority, Graph and day to be a simulated tenant's."
    )

    @field_validator(
        "tenant_domains",
        "excluded_users",
        "trusted_proxies",
        "sender_mailboxes",
        "counted_methods",
        mode="before",
        check_fields=False,
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().casefold() for part in value.split(",") if part.strip())
        return value

    @field_validator("support_email", "escalation_fallback", "mail_redirect_to", check_fields=False)
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            validate_email(value, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValueError("write one mail address, such as help@contoso.com") from None
        return value

    @field_validator("public_base_url", "authority_host", "graph_base_url", check_fields=False)
    @classmethod
    def _url(cls, value: str) -> str:
        if not host_of(value):
            raise ValueError("write a full URL, such as https://mfa.contoso.com")
        return value.rstrip("/")


def host_of(url: str) -> str:
    """Return the host of a http(s) URL, empty for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def is_one_of(hosts: frozenset[str], url: str) -> bool:
    """Say whether a URL leads to one of these hosts, by https."""
    return url.startswith("https://") and host_of(url) in hosts
