"""Whoever names what isn't there is told what there is, or what shows it."""

from pathlib import Path

import pytest

from cli.terminal import ExitStatus
from database.engine import Database
from database.portal.webhooks import add_webhook
from domain.webhooks.records import Webhook
from tests.database.values import NOW, object_id
from tests.support.in_process import run_in_process

ASKED = (
    (("webhooks", "show", "nope"), "are no webhooks yet: `mfa-rollout webhooks add` makes one."),
    (("status", "--by", "department", "--batch-id", "x"), "`mfa-rollout status --by batch` shows"),
    (("status", "--batch-id", "x"), "`mfa-rollout status --by batch` shows"),
    (("audit", "list", "--actor", "nope"), "`mfa-rollout audit list` shows who has."),
)


@pytest.mark.wording
@pytest.mark.parametrize(("words", "told"), ASKED, ids=[" ".join(words) for words, _ in ASKED])
async def test_what_is_not_there(
    sqlite_database: Database, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    """The message names the verb that shows it, or makes the first one."""
    assert sqlite_database
    settings = {"DATA_DIR": str(tmp_path), "MFA_ROLLOUT_ENV_FILE": "/dev/null"}
    status, _, errors = await run_in_process(settings, *words)
    assert (status, told in errors) == (ExitStatus.USAGE, True), errors


@pytest.mark.wording
async def test_ids_are_named(sqlite_database: Database, tmp_path: Path) -> None:
    """A few of them as lists show them; in full where several begin so."""
    settings = {"DATA_DIR": str(tmp_path), "MFA_ROLLOUT_ENV_FILE": "/dev/null"}
    ids = [object_id(number) for number in range(7)]
    async with sqlite_database.writing() as connection:
        for one in ids:
            webhook = Webhook(
                webhook_id=one,
                url="https://hooks.contoso.com/x",
                secret="x",
                created_by="Ada",
                created_at=NOW,
            )
            await add_webhook(connection, webhook)
    _, _, missing = await run_in_process(settings, "webhooks", "show", "nope")
    assert "No webhook's id begins with 'nope'. `mfa-rollout webhooks list` shows all: " in missing
    assert ", ".join([ids[0][:8]] * 5) + " and 2 more." in missing
    _, _, several = await run_in_process(settings, "webhooks", "show", ids[0][:8])
    assert "Several webhooks' ids begin so, write more of it: " in several
    assert sum(one in several for one in ids) == 5
