"""Where our own tables are: which addresses are taken, and what is said of the others."""

import pytest

from settings import DatabaseSettings, SettingsError, settings_from


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://worker:password@db.contoso.com/mfa_rollout",
        "postgresql+asyncpg://worker@[2001:db8::1]:5433/mfa_rollout?ssl=require",
        # A folder in place of a host: the server's socket, as PostgreSQL's own tools have it.
        "postgresql+asyncpg://owner:password@/mfa_rollout?host=/var/run/postgresql",
        "sqlite+aiosqlite:////var/lib/mfa-rollout/x.sqlite",
    ],
)
def test_addresses_are_taken_as_they_are(url: str) -> None:
    """An address of PostgreSQL, over a network or a socket, or of a file."""
    assert settings_from(DatabaseSettings, {"DATABASE_URL": url}).database_address == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://db/mfa_rollout", "must begin with"),
        ("postgresql+asyncpg://worker:secret1@/mfa_rollout", "must name a host and a database"),
        ("postgresql+asyncpg://worker:secret1@db", "must name a host and a database"),
        ("postgresql+asyncpg://worker:secret1@db:0/mfa_rollout", "has the port 0"),
        ("postgresql+asyncpg://worker:secret1@[db/mfa_rollout", "is not a URL"),
        ("sqlite+aiosqlite://x.sqlite", "must have three slashes"),
    ],
)
@pytest.mark.wording
def test_others_are_refused(url: str, words: str) -> None:
    """What is wrong is said without the password."""
    with pytest.raises(SettingsError) as refused:
        settings_from(DatabaseSettings, {"DATABASE_URL": url})
    assert words in str(refused.value)
    assert "secret1" not in str(refused.value)
