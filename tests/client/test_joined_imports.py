"""The same import asked for again, with other options, while a part of it still runs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from temporalio.client import Client

from client.imports import ImportRequest, held_otherwise, start_import
from domain.imports.file import read_names
from domain.imports.options.options import ImportOptions

STARTS_AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


async def test_what_a_part_began_with_holds_for_it(
    client: Client, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first part has ended and begins anew as asked; the second goes on as it was begun."""
    monkeypatch.setattr("domain.imports.file.PART_ROWS", 1)
    file = read_names(["ada@contoso.example", "ben@contoso.example"])
    batch, queue = unique("batch"), unique("queue")

    def asked(wave_size: int) -> ImportRequest:
        options = ImportOptions(wave_size=wave_size)
        return ImportRequest(batch_id=batch, starts_at=STARTS_AT, options=options)

    first, _ = parts = await start_import(client, file, asked(5), task_queue=queue)
    assert await held_otherwise(client, parts, asked(5)) is None
    await client.get_workflow_handle(first.id).terminate()

    parts = await start_import(client, file, asked(7), task_queue=queue)

    held = await held_otherwise(client, parts, asked(7))
    assert held is not None
    assert held.choices == asked(5).choices
    for part in parts:
        await client.get_workflow_handle(part.id).terminate()
