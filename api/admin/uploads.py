"""Takes the body of an upload, bounded, and has it read off the event loop, in another process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import overload

from fastapi import HTTPException, Request

from domain.imports.file import MAX_BYTES, ImportFile, Part
from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow, Row

# JSON and forms put something around the file: escapes, boundaries.
MAX_BODY_BYTES = 2 * MAX_BYTES
# Who sends more is answered when all of it is here, or the answer might not be read; to a bound.
MAX_DISCARDED_BYTES = 8 * MAX_BYTES
READ_WITHIN = timedelta(minutes=2)
PARSED_WITHIN = timedelta(minutes=1)
AT_ONCE = 2
_CHUNK = 64 * 1024
# A line holds a part of the import: 2,000 rows of 1,000 characters.
_LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What an admin asks for: people to import, and how; rows that name nobody, for the answer."""

    people: ImportFile
    rejected: tuple[ReportedRow, ...]
    repeated: tuple[ReportedRow, ...]
    batch_id: str | None
    dry_run: bool
    include_cancelled: bool
    restart_active: bool


class Uploads:
    """Reads uploads, two at a time; others wait for their turn."""

    def __init__(self) -> None:
        """Start with nothing to read."""
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, request: Request, kind: str) -> Upload:
        """Return what was uploaded; ``kind`` is one of ``api.admin.upload_child``.

        Raises:
            HTTPException: 400, 408, 413, 415 or 422, with what to do and the limit.
        """
        body = await _body(request)
        content_type = request.headers.get("content-type", "")
        async with self._turns:
            try:
                async with asyncio.timeout(PARSED_WITHIN.total_seconds()):
                    return await _parsed(kind, content_type, body)
            except TimeoutError:
                raise HTTPException(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    "The file takes too long to read: cut it into several.",
                ) from None


async def _body(request: Request) -> bytearray:
    body = bytearray()
    discarded = 0
    try:
        async with asyncio.timeout(READ_WITHIN.total_seconds()):
            async for chunk in request.stream():
                if len(body) + len(chunk) <= MAX_BODY_BYTES and not discarded:
                    body += chunk
                    continue
                discarded += len(chunk)
                if discarded > MAX_DISCARDED_BYTES:
                    break
    except TimeoutError:
        raise HTTPException(
            HTTPStatus.REQUEST_TIMEOUT, "The file didn't arrive within two minutes."
        ) from None
    if discarded:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The file is larger than {MAX_BYTES // 1024**2} MiB: cut it into several.",
        )
    return body


async def _parsed(kind: str, content_type: str, body: bytearray) -> Upload:
    async with _child() as (source, out):
        asked = {"kind": kind, "contentType": content_type}
        source.write(json.dumps(asked).encode() + b"\n")
        for start in range(0, len(body), _CHUNK):
            source.write(body[start : start + _CHUNK])
            with suppress(ConnectionError):
                await source.drain()
        source.close()
        head = json.loads(await out.readline())
        if "status" in head:
            raise HTTPException(head["status"], head["message"])
        parts = []
        for _ in range(head["parts"]):
            people = await out.readline()
            rejected, repeated = json.loads(await out.readline())
            parts.append(
                _PartAsText(
                    people=people, rejected=_rejected(rejected), repeated=_rejected(repeated)
                )
            )
            # Lines that are here already would be read in one go, while pixels wait.
            await asyncio.sleep(0)
    return Upload(
        people=ImportFile(
            parts=_Parts(parts), people=head["people"], content_hash=head["contentHash"]
        ),
        rejected=tuple(row for part in parts for row in part.rejected),
        repeated=tuple(row for part in parts for row in part.repeated),
        batch_id=head["batchId"],
        dry_run=head["dryRun"],
        include_cancelled=head["includeCancelled"],
        restart_active=head["restartActive"],
    )


@asynccontextmanager
async def _child() -> AsyncIterator[tuple[asyncio.StreamWriter, asyncio.StreamReader]]:
    """Start the process that reads, and leave nothing of it behind."""
    # It gets none of our settings: it reads what others wrote.
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "api.admin.upload_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback could quote what was uploaded.
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE,
        env=kept,
    )
    try:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("a process that was started with pipes has none")
        yield child.stdin, child.stdout
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartAsText:
    """A part whose people are JSON as yet."""

    people: bytes
    rejected: tuple[ReportedRow, ...]
    repeated: tuple[ReportedRow, ...]


class _Parts(Sequence[Part]):
    """Parts that are made when it comes to them: never all of the file's rows at once."""

    def __init__(self, parts: Sequence[_PartAsText]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> Part: ...

    @overload
    def __getitem__(self, index: slice) -> "_Parts": ...

    def __getitem__(self, index: int | slice) -> "Part | _Parts":
        if isinstance(index, slice):
            return _Parts(self._parts[index])
        part = self._parts[index]
        people = json.loads(part.people)
        return Part(
            rows=tuple(Row(line=number, address=address) for number, address in people),
            rejected=part.rejected,
            repeated=part.repeated,
        )


def _rejected(rows: list[tuple[int, str, str]]) -> tuple[ReportedRow, ...]:
    return tuple(
        ReportedRow(line=number, reason=RowReason(reason), detail=detail)
        for number, reason, detail in rows
    )
