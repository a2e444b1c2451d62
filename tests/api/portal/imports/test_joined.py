"""An import that is started while the same one runs: what holds is told, logged and recorded."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from database.audit.entries import read_entries
from database.imports.imports import forget_import
from domain.imports.options.choices import ImportChoices
from domain.imports.options.options import ImportOptions
from domain.portal.roles import Role
from tests.api.portal.imports.test_import import FORM, records, upload
from tests.api.portal.portal import RunningPortal


@pytest.mark.wording
@pytest.mark.parametrize("is_recorded", [True, False])
async def test_what_the_running_import_began_with_holds(
    served: RunningPortal, unique: Callable[[str], str], *, is_recorded: bool
) -> None:
    """Also where no table tells of it yet: it was begun by a verb, and no worker has taken it."""
    batch = unique("b")
    form: dict[str, Any] = {**FORM, "batch_id": batch, "do": "start"}
    began = ImportChoices(own=ImportOptions(wave_size=5), restart_active=True)
    async with served.browser(Role.ADMIN) as browser:
        first = form | {"wave_size": "5", "restart_active": "on"}
        await browser.post((await upload(browser)).headers["location"], data=first)
        (begun,) = [one for one in await records(served) if not one.dry_run]
        if not is_recorded:
            async with served.database.writing() as connection:
                await forget_import(connection, begun.import_id)

        second = form | {"wave_size": "7", "include_cancelled": "on"}
        preview = (await upload(browser)).headers["location"]
        report = (await browser.post(preview, data=second)).headers["location"]
        page = unescape((await browser.get(report)).text)

    assert "It was running already, and keeps what it began with: People in a wave: 5" in page
    assert "People who were active and have no method" in page
    (held,) = [one for one in await records(served) if not one.dry_run]
    assert ImportChoices.from_json(held.options) == began
    assert held.requested_by == begun.requested_by
    assert held.last_invitation_at == begun.last_invitation_at
    async with served.database.reading() as connection:
        ended, entry, *_ = (await read_entries(connection)).values()
    assert "People in a wave: 7; People who were cancelled: started again" in str(entry.reason)
    assert "keeps what it began with: People in a wave: 5" in str(ended.reason)
    async with served.browser(Role.ADMIN) as browser:
        log = unescape((await browser.get("/portal/audit")).text)
    assert "started again. It was running already, and keeps" in log
