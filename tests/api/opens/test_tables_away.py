"""Opens wait for our tables in the journal, within bounds, and outlive the process there."""

import asyncio
import base64
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.outbox.hit import HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from database.engine import Database
from demo.layout import free_ports
from tests.api.opens.keeping import OTHER, SCOPE, Keeping, away, invited, keeping
from tests.api.running import KEY, lazy_client, running_api
from tests.support.command_line import start_alone
from tests.support.eventually import eventually


async def test_opens_wait_for_the_database(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are in the journal when they are answered, and each is looked up when it is back.

    So are those that a killed process had answered meanwhile. A token's next opens cost nothing.
    """
    monkeypatch.setattr("api.opens.sorter.TRY_AGAIN_AFTER", timedelta(0))
    monkeypatch.setattr("api.links.resolver.PAUSE", timedelta(0))
    tokens = await invited(sqlite_database, 3)
    file = Path(sqlite_database.url.database or "")
    away_file = file.with_name("away")
    await sqlite_database.close()
    file.rename(away_file)  # noqa: ASYNC240 - a local disk, microseconds
    (tmp_path / "outbox.sqlite-opens.1").write_text(f"{tokens[0]} 1764255600.000000\n" * 2)
    counters = HitCounters()
    async with keeping(await away(), sqlite_database, tmp_path, counters=counters) as api:
        await api.open(tokens[1], str(uuid4()))
        assert api.opens.keep(tokens[0], SCOPE) is api.opens.keep(tokens[1], SCOPE) is None
        assert api.outbox.opens_in_journal == 3
        # As a killed process leaves them, which hadn't taken over the file of the one before.
        left = "".join((tmp_path / name).read_text() for name in api.files())
        assert [one.split()[0] for one in left.splitlines()][:3] == [
            tokens[0],
            tokens[0],
            tokens[1],
        ]
        away_file.rename(file)
        await api.sorted()
        await eventually(lambda: not api.files())
        assert api.rows()[:2] == tokens[:2]
    assert not counters.dropped


async def test_a_client_has_its_share_of_unknown_opens(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While tables aren't complete one client fills no outbox; what fails is counted."""
    monkeypatch.setattr("api.limits.rate_limits.UNKNOWN_OPENS_OF_CLIENT_AT_ONCE", 1)
    counters = HitCounters()
    async with keeping(await away(), sqlite_database, tmp_path, counters=counters) as api:
        for scope in (SCOPE, SCOPE, OTHER):
            api.opens.keep(str(uuid4()), scope)
        await eventually(lambda: api.outbox.held(Lane.UNKNOWN) == 2)
        await api.sorted()
        api.opens.keep(str(uuid4()), {"type": "none"})
        await eventually(lambda: sum(counters.dropped.values()) > 1)
    assert counters.dropped == {
        (HitKind.OPENED, DropReason.CLIENT_LIMIT): 1,
        (HitKind.OPENED, DropReason.FAILED): 1,
    }


async def test_a_client_has_its_share_of_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away one client can't fill all of it, and nobody more than all."""
    monkeypatch.setattr("api.limits.rate_limits.UNKNOWN_OPENS_OF_CLIENT_AT_ONCE", 1)
    monkeypatch.setattr("api.opens.keeper.SHARED_FROM", 3)
    monkeypatch.setattr("api.opens.keeper.MOST", 5)
    nowhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}")
    counters = HitCounters()
    async with keeping(await away(), nowhere, tmp_path, counters=counters) as api:
        for scope, kept in ((SCOPE, 3), (SCOPE, 4), (SCOPE, 4), (OTHER, 5), (SCOPE, 5)):
            await asyncio.gather(*(_opened(api, scope) for _ in range(3 if kept == 3 else 1)))
            assert api.outbox.opens_in_journal == kept
    await nowhere.close()
    assert counters.dropped == {
        (HitKind.OPENED, DropReason.CLIENT_LIMIT): 1,
        (HitKind.OPENED, DropReason.OUTBOX): 1,
    }


async def _opened(api: Keeping, scope: dict[str, Any]) -> None:
    answer = api.opens.keep(str(uuid4()), scope)
    if answer is not None:
        await answer


async def test_what_a_killed_api_had_answered_is_told_when_the_tables_are_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Amid opens, while the database is away, the process is killed; none of them is lost."""
    tokens = await invited(sqlite_database, 40)
    file = Path(sqlite_database.url.database or "")
    away_file = file.with_name("away")
    await sqlite_database.close()
    file.rename(away_file)  # noqa: ASYNC240 - a local disk, microseconds
    port, temporal = free_ports(2)
    settings = {
        "MFA_ROLLOUT_ENV_FILE": os.devnull,
        "SERVE": "links",
        "API_PORT": str(port),
        "DATABASE_URL": sqlite_database.url.render_as_string(hide_password=False),
        "DATA_DIR": str(tmp_path),
        "TEMPORAL_ADDRESS": f"127.0.0.1:{temporal}",
        "TRACKING_TOKEN_KEY": base64.b64encode(KEY).decode(),
        "PUBLIC_BASE_URL": "https://mfa.contoso.example",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "servicedesk@contoso.example",
    }
    answered: list[str] = []
    process = await start_alone("api", folder=tmp_path, settings=settings)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=300) as http:

        async def shows(token: str) -> bool:
            try:
                shown = await http.get("/api/track-open", params={"token": token})
            except httpx.TransportError:
                return False
            if shown.is_success:
                answered.append(token)
            return shown.is_success

        try:
            await eventually(lambda: shows(tokens[0]))
            shown = asyncio.gather(*map(shows, tokens[1:]))
            await eventually(lambda: len(answered) > 10)
        finally:
            process.kill()
            await process.wait()
        await shown
    away_file.rename(file)
    nowhere = await lazy_client("127.0.0.1:1")
    async with running_api(nowhere, tmp_path, database=sqlite_database) as api:
        await api.sorted()
        assert set(answered) <= {subject for _, subject in api.held()}
