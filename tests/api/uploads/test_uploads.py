"""Reading uploads in another process: what it costs when a file takes too long."""

import asyncio
import json
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fastapi import HTTPException, Request

from api.uploads.read_upload import HEAD, Refusal, UploadKind, main
from api.uploads.uploads import Uploads
from domain.imports.file import MAX_ROWS
from domain.imports.options.names import OptionName
from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow, repeated_row
from tests.support.eventually import eventually

FEW = ["ada@contoso.example", "?", "bob@contoso.example", "ADA@contoso.example"]


def upload(people: list[str]) -> Request:
    """Return a request that names people by hand."""
    body = json.dumps({"users": people, "batchId": "b"}).encode()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/json")]
    return Request({"type": "http", "headers": headers}, receive)


def readers() -> list[bytes]:
    """Return the environments of the processes that read for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
            if int(parent) == os.getpid() and b"api.uploads.read_upload" in command:
                found.append((folder / "environ").read_bytes())
        except OSError:
            # It ended while it was looked at.
            continue
    return found


async def test_rows_come_back_from_the_other_process() -> None:
    """People, and the rows that name nobody, are as the file has them, whole or by parts."""
    read = await Uploads().read(upload(FEW), UploadKind.NAMES)
    assert (read.batch_id, read.people.people, len(read.people.parts)) == ("b", 2, 1)
    assert [row.line for row in read.people.rows] == [1, 3]
    assert [(row.line, row.reason) for row in read.rejected] == [(2, RowReason.NOT_AN_ADDRESS)]
    assert read.repeated == (repeated_row(4, first_line=1),)
    assert isinstance(read.people.parts[0].rejected[0], ReportedRow)
    assert len(read.people.parts[:1]) == 1


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        (["mon", "fri"], "mon,fri"),
        ("mon, fri", "mon, fri"),
        ([], ""),
        (None, ""),
        (7, "7"),
        (True, None),
        (1.5, None),
        ([1], None),
        ({"mon": True}, None),
    ],
)
def test_options_may_be_texts_numbers_or_lists(sent: object, written: str | None) -> None:
    """As JSON or a form has them; anything else is refused by its name."""
    asked = json.dumps([UploadKind.NAMES, "application/json"]).encode() + b"\n"
    body = json.dumps({"users": FEW, "sendDays": sent}).encode()
    answer = BytesIO()
    main(BytesIO(asked + body), answer)
    head = HEAD.validate_json(answer.getvalue().split(b"\n")[0])
    if isinstance(head, Refusal):
        assert (head.status, "sendDays" in head.message) == (422, written is None)
    else:
        assert head.options[OptionName.SEND_DAYS] == written


@pytest.mark.parametrize(
    ("csv", "people"), [("UPN\nada@contoso.com", 1), (["UPN"], None), (7, None), ("\ud800", None)]
)
def test_the_page_takes_a_file_as_a_text_too(csv: object, people: int | None) -> None:
    """Whoever writes a program may send it so; what is neither is no file, and no failure."""
    asked = json.dumps([UploadKind.PAGE, "application/json"]).encode() + b"\n"
    answer = BytesIO()
    main(BytesIO(asked + json.dumps({"csv": csv}).encode()), answer)
    head = HEAD.validate_json(answer.getvalue().split(b"\n")[0])
    told = head.status if isinstance(head, Refusal) else head.people
    assert told == (people or 422)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
async def test_a_file_that_takes_too_long_is_given_up() -> None:
    """The process is killed, the answer says what to do, and the next upload is read."""
    many = [f"person.{number}@contoso.example" for number in range(MAX_ROWS)]

    with pytest.raises(HTTPException) as refused:
        await Uploads(read_within=timedelta(milliseconds=100)).read(upload(many), UploadKind.NAMES)

    assert refused.value.status_code == 422
    assert "takes too long" in refused.value.detail
    assert readers() == []
    assert (await Uploads().read(upload(FEW), UploadKind.NAMES)).people.people == 2


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the environment in /proc")
async def test_the_reader_gets_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of the API aren't in the environment of the process that reads strangers' files."""
    monkeypatch.setenv("TRACKING_TOKEN_KEY", "a-secret")
    many = [f"person.{number}@contoso.example" for number in range(20_000)]
    reading = asyncio.ensure_future(Uploads().read(upload(many), UploadKind.NAMES))

    (environment,) = await eventually(readers)

    assert b"a-secret" not in environment
    assert (await reading).people.people == len(many)
