"""Takes the body of an upload, bounded, and has it read off the event loop, in another process."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import overload

from fastapi import HTTPException, Request

from api.uploads.read_upload import HEAD, PART, Refusal, UploadKind
from client.processes.answer import answer_of
from domain.imports.file import MAX_BYTES, ImportFile, Part
from domain.imports.options.names import OptionName
from domain.imports.rows import ReportedRow

# JSON and forms put something around the file: escapes, boundaries.
MAX_BODY_BYTES = 2 * MAX_BYTES
# Who sends more is answered when all of it is here, or the answer might not be read; to a bound.
MAX_DISCARDED_BYTES = 8 * MAX_BYTES
ARRIVED_WITHIN = timedelta(minutes=2)
READ_WITHIN = timedelta(minutes=1)
AT_ONCE = 2
_READER = "api.uploads.read_upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What an admin asks for: people to import, and how; rows that name nobody, for the answer.

    ``csrf`` is what a form of the portal holds; nobody has compared it yet. ``options`` are those
    of the import as they are written.
    """

    people: ImportFile
    rejected: tuple[ReportedRow, ...]
    repeated: tuple[ReportedRow, ...]
    batch_id: str | None
    dry_run: bool
    include_cancelled: bool
    restart_active: bool
    file_name: str | None = None
    csrf: str | None = None
    options: Mapping[OptionName, str] = field(default_factory=dict)
    reason: str | None = None


class Uploads:
    """Reads uploads, two at a time; others wait for their turn.

    Each is read in a process of its own, which is gone with its memory afterwards, and which gets
    none of our settings, since it reads what others wrote. ``anyio.to_process`` would give it our
    environment with its secrets, unpickle what it answers, and keep it.
    """

    def __init__(self, *, read_within: timedelta = READ_WITHIN) -> None:
        """Start with nothing to read; ``read_within`` is for one upload, once it is here."""
        self._read_within = read_within.total_seconds()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, request: Request, kind: UploadKind) -> Upload:
        """Return what was uploaded.

        Raises:
            HTTPException: 400, 408, 413, 415 or 422, with what to do and the limit.
        """
        body = await _body(request)
        content_type = request.headers.get("content-type", "")
        asked = json.dumps([kind, content_type]).encode() + b"\n"
        async with self._turns:
            try:
                async with asyncio.timeout(self._read_within):
                    # A traceback could quote what was uploaded.
                    answer, _ = await answer_of(_READER, asked + body, silent=True)
            except TimeoutError:
                raise HTTPException(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    "The file takes too long to read: cut it into several.",
                ) from None
        return await _upload(answer)


async def _body(request: Request) -> bytearray:
    body = bytearray()
    discarded = 0
    try:
        async with asyncio.timeout(ARRIVED_WITHIN.total_seconds()):
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


async def _upload(answer: bytes) -> Upload:
    first, *lines = answer.split(b"\n")
    head = HEAD.validate_json(first)
    if isinstance(head, Refusal):
        raise HTTPException(head.status, head.message)
    parts = Parts(lines)
    rejected: list[ReportedRow] = []
    repeated: list[ReportedRow] = []
    for part in parts:
        rejected += part.rejected
        repeated += part.repeated
        # All of them in one go would let pixels wait.
        await asyncio.sleep(0)
    return Upload(
        people=ImportFile(
            parts=parts,
            people=head.people,
            content_hash=head.content_hash,
            columns=head.columns,
        ),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        batch_id=head.batch_id,
        file_name=head.file_name,
        dry_run=head.dry_run,
        include_cancelled=head.include_cancelled,
        restart_active=head.restart_active,
        csrf=head.csrf,
        options=head.options,
        reason=head.reason,
    )


class Parts(Sequence[Part]):
    """Parts that are made when it comes to them: never all of the file's rows at once."""

    def __init__(self, lines: Sequence[bytes] | Sequence[str]) -> None:
        """Make them of these lines of JSON."""
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Part: ...

    @overload
    def __getitem__(self, index: slice) -> "Parts": ...

    def __getitem__(self, index: int | slice) -> "Part | Parts":
        if isinstance(index, slice):
            return Parts(self._lines[index])
        return PART.validate_json(self._lines[index])
