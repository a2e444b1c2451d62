"""Reads an upload in a process of its own, so that the pixel stays fast: ``python -m`` this.

On standard input a line of JSON that tells the kind and the content type, then the request's body.
On standard output a line of JSON with what was asked for, or with why it is refused; then for each
part of the import a line with its people and one with the rows that name nobody.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TextIO

from python_multipart.multipart import Field, File, create_form_parser

from domain.imports.file import ImportFile, read_import_file, read_names
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault

FILE, NAMES = "file", "names"
_MULTIPART = "multipart/form-data"
_JSON = "application/json"
_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": 1 << 30}


class Refused(Exception):
    """The request can't be used: an HTTP status, and what to do."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.status = status


def main(source: BinaryIO, out: TextIO) -> None:
    """Read one upload."""
    asked = json.loads(source.readline())
    try:
        fields = _fields(asked["contentType"], source.read())
        people = _PEOPLE[asked["kind"]](fields)
        head = {
            "batchId": _text(fields, "batchId"),
            "dryRun": _switch(fields, "dryRun"),
            "includeCancelled": _switch(fields, "includeCancelled"),
            "restartActive": _switch(fields, "restartActive"),
            "contentHash": people.content_hash,
            "people": people.people,
            "parts": len(people.parts),
        }
    except Refused as refusal:
        _tell(out, {"status": refusal.status, "message": str(refusal)})
    except ImportFileError as error:
        status = 413 if error.fault is FileFault.TOO_LARGE else 422
        _tell(out, {"status": status, "message": str(error)})
    else:
        _tell(out, head)
        for part in people.parts:
            rows = [[row.line, row.address] for row in part.rows]
            rejected = [[row.line, row.reason, row.detail] for row in part.rejected]
            repeated = [[row.line, row.reason, row.detail] for row in part.repeated]
            _tell(out, rows)
            _tell(out, [rejected, repeated])


def _fields(content_type: str, body: bytes) -> Mapping[str, Any]:
    kind = content_type.partition(";")[0].strip().casefold()
    if kind == _MULTIPART:
        return _form(content_type, body)
    if kind != _JSON:
        raise Refused(415, f"Send {_JSON} or {_MULTIPART}.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON.") from None
    if not isinstance(fields, dict):
        raise Refused(422, "The body is not a JSON object.")
    return fields


def _form(content_type: str, body: bytes) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}

    def on_field(field: Field) -> None:
        name = (field.field_name or b"").decode(errors="replace")
        fields[name] = (field.value or b"").decode(errors="replace")

    def on_file(file: File) -> None:
        if "csv" in fields:
            raise Refused(422, "Send one file at a time.")
        file.file_object.seek(0)
        fields["csv"] = file.file_object.read()

    headers = {"Content-Type": content_type.encode("latin-1")}
    try:
        parser = create_form_parser(headers, on_field, on_file, config=_IN_MEMORY)
        parser.write(body)
        parser.finalize()
    except ValueError:
        raise Refused(400, "The body is not a well-formed multipart form.") from None
    return fields


def _file(fields: Mapping[str, Any]) -> ImportFile:
    csv = fields.get("csv")
    if isinstance(csv, str):
        csv = csv.encode(errors="replace")
    if not isinstance(csv, bytes):
        raise Refused(422, 'Send the file: {"csv": "…"}, or a multipart form with a file.')
    return read_import_file(csv)


def _names(fields: Mapping[str, Any]) -> ImportFile:
    users = fields.get("users")
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise Refused(422, 'Name the people: {"users": ["ada@contoso.com", …]}.')
    # Half of a surrogate pair is no text, and can't be written anywhere.
    return read_names(user.encode(errors="replace").decode() for user in users)


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise Refused(422, f"{name} is not a text.")


def _switch(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if isinstance(value, str):
        value = {"true": True, "false": False, "": False}.get(value.casefold())
    if not isinstance(value, bool):
        raise Refused(422, f"{name} is not true or false.")
    return value


def _tell(out: TextIO, what: object) -> None:
    out.write(json.dumps(what, separators=(",", ":")) + "\n")


_PEOPLE: Mapping[str, Callable[[Mapping[str, Any]], ImportFile]] = {FILE: _file, NAMES: _names}

if __name__ == "__main__":
    # People who open a mail come first.
    os.nice(10)
    main(sys.stdin.buffer, sys.stdout)
