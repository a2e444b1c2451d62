"""``settings``: what steers the rollout, where each value comes from, and no secret."""

import json
from datetime import timedelta
from pathlib import Path

from cli.terminal import ExitStatus
from database.engine import Database
from database.rollout.policy import set_policy, set_worker_settings
from domain.portal.settings_in_force import CONCERNS_TEXTS, Concerns
from domain.tables.rollout import WorkerSettingsInForce
from domain.tables.sending import LimitsInForce
from settings import SECRETS
from settings.reader.load import every_name
from tests.database.values import NOW
from tests.support.in_process import run_in_process

SECRET = "a-secret-that-nobody-may-see"


async def test_settings(sqlite_database: Database, tmp_path: Path) -> None:
    """Values of the file, of the environment and of the worker; a limit that differs is told."""
    (tmp_path / "key").write_text(SECRET)
    file = tmp_path / "own.env"
    file.write_text(f"WAVE_SIZE=500\nCLIENT_SECRET={SECRET}\nPAYLOAD_KEYS_FILE={tmp_path}/key\n")
    environment = {
        "MFA_ROLLOUT_ENV_FILE": str(file),
        "DATA_DIR": str(tmp_path),
        "SEND_DAYS": "mon,tue",
        "COLUMNS": "80",
        "TERM": "dumb",
    }

    async def settings(*words: str) -> str:
        status, printed, errors = await run_in_process(environment, "settings", *words)
        assert status == ExitStatus.DONE, errors
        assert SECRET not in printed + errors
        return printed

    before = await settings()
    assert "No worker has run yet" in before
    assert (
        max(map(len, before.splitlines()))
        > 80
        >= max(len(line) for line in before.splitlines() if line.startswith(" "))
    )
    worker = WorkerSettingsInForce(
        guests="off",
        counted_methods=("fido2",),
        recheck_active=None,
        registration_sweep="on",
        attention_after_click=timedelta(days=14),
        retain_ended=None,
        escalation_fallback=None,
        mail_redirect_to=None,
    )
    async with sqlite_database.writing() as connection:
        limits = LimitsInForce(per_minute=25, per_hour=350, per_day=99)
        await set_policy(connection, limits, now=NOW)
        await set_worker_settings(connection, worker, now=NOW)
    assert "started with MAIL_PER_DAY=99, and here it is 750" in await settings()
    told = {one["name"]: one for one in json.loads(await settings("--json"))}
    origins = {
        "WAVE_SIZE": ("500 people", str(file)),
        "SEND_DAYS": ("Mon, Tue", "environment"),
        "MAX_REMINDERS": ("8", "default"),
        "MAIL_PER_DAY": ("99", "worker"),
        "COUNTED_METHODS": ("fido2", "worker"),
    }
    assert {name: (told[name]["value"], told[name]["from"]) for name in origins} == origins
    assert told["WAVE_SIZE"]["affects"] == CONCERNS_TEXTS[Concerns.NEXT_IMPORTS]

    every = {one["name"]: one for one in json.loads(await settings("--all", "--json"))}
    assert every.keys() == every_name()
    assert {name for name, one in every.items() if one["value"] == "(secret)"} == {
        *("CLIENT_SECRET", "PAYLOAD_KEYS"),
    }
    assert set(SECRETS) <= every.keys()
    assert every["PAYLOAD_KEYS"]["from"] == f"PAYLOAD_KEYS_FILE in {file}"
    assert (every["SEND_DAYS"]["value"], every["SEND_DAYS"]["from"]) == ("mon,tue", "environment")
    assert (every["TENANT_ID"]["value"], every["TENANT_ID"]["from"]) == (None, "not set")
    assert (every["MAIL_PER_DAY"]["value"], every["MAIL_PER_DAY"]["from"]) == ("750", "default")
    assert "WAVE_SIZE" in await settings("--all")
