"""Reads an upload in a process of its own, so that the pixel stays fast: ``python -m`` this.

On standard input a line of JSON that tells the kind and the content type, then the request's body.
On standard output an ``UploadHead`` or a ``Refusal`` as a line of JSON, then a line for each part.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any, BinaryIO

from pydantic import TypeAdapter
from python_multipart.multipart import Field, File, create_form_parser

from activities.imports.read_file import read_people
from client.exports.json_keys import json_key
from domain.imports.columns import FoundColumns
from domain.imports.file import ImportFile, Part, read_names
from domain.imports.file_error import ImportFileError
from domain.imports.options.names import OptionName
from domain.imports.reasons import FileFault

_MULTIPART = "multipart/form-data"
_JSON = "application/json"
_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": 1 << 30}


class UploadKind(StrEnum):
    """By what an upload names people."""

    FILE = "file"
    NAMES = "names"
    PAGE = "page"
    """The form of the portal: a file, a pasted one, or names, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadHead:
    """What an upload asks for, how many people it names, and the file's name where it has one.

    ``csrf`` is what the portal's form holds; nobody has compared it yet. ``options`` are those of
    the import as they are written; nobody has read them yet.
    """

    batch_id: str | None
    dry_run: bool
    include_cancelled: bool
    restart_active: bool
    content_hash: str
    people: int
    file_name: str | None = None
    columns: FoundColumns | None = None
    csrf: str | None = None
    options: Mapping[OptionName, str] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an upload can't be used: an HTTP status, and what to do."""

    status: int
    message: str


HEAD: TypeAdapter[UploadHead | Refusal] = TypeAdapter(UploadHead | Refusal)
PART: TypeAdapter[Part] = TypeAdapter(Part)


class UnusableRequest(Exception):
    """The request isn't what it should be."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.refusal = Refusal(status=status, message=message)


def main(source: BinaryIO, out: BinaryIO) -> None:
    """Read one upload."""
    kind, content_type = json.loads(source.readline())
    parts: tuple[Part, ...] = ()
    head: UploadHead | Refusal
    try:
        fields = _fields(content_type, source.read())
        file = _PEOPLE[UploadKind(kind)](fields)
        parts = tuple(file.parts)
        head = UploadHead(
            batch_id=_text(fields, "batchId"),
            dry_run=_switch(fields, "dryRun"),
            include_cancelled=_switch(fields, "includeCancelled"),
            restart_active=_switch(fields, "restartActive"),
            content_hash=file.content_hash,
            people=file.people,
            file_name=_text(fields, "fileName"),
            columns=file.columns,
            csrf=_text(fields, "csrf"),
            reason=_text(fields, "reason"),
            options={name: _option(fields, key) for name, key in _OPTIONS.items()},
        )
    except UnusableRequest as error:
        head = error.refusal
    except ImportFileError as error:
        head = Refusal(
            status=(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                if error.fault in {FileFault.TOO_LARGE, FileFault.LARGE_SHEET}
                else HTTPStatus.UNPROCESSABLE_ENTITY
            ),
            message=str(error),
        )
    out.write(HEAD.dump_json(head))
    out.writelines(b"\n" + PART.dump_json(part) for part in parts)


def _fields(content_type: str, body: bytes) -> Mapping[str, Any]:
    kind = content_type.partition(";")[0].strip().casefold()
    if kind == _MULTIPART:
        return _form(content_type, body)
    if kind != _JSON:
        raise UnusableRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {_JSON} or {_MULTIPART}.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise UnusableRequest(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    if not isinstance(fields, dict):
        raise UnusableRequest(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not a JSON object.")
    return fields


def _form(content_type: str, body: bytes) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}

    def on_field(field: Field) -> None:
        name = (field.field_name or b"").decode(errors="replace")
        fields[name] = (field.value or b"").decode(errors="replace")

    def on_file(file: File) -> None:
        if "csv" in fields:
            raise UnusableRequest(HTTPStatus.UNPROCESSABLE_ENTITY, "Send one file at a time.")
        file.file_object.seek(0)
        fields["csv"] = file.file_object.read()
        fields["fileName"] = (file.file_name or b"").decode(errors="replace")

    headers = {"Content-Type": content_type.encode("latin-1")}
    try:
        parser = create_form_parser(headers, on_field, on_file, config=_IN_MEMORY)
        parser.write(body)
        parser.finalize()
    except ValueError:
        raise UnusableRequest(
            HTTPStatus.BAD_REQUEST, "The body is not a well-formed multipart form."
        ) from None
    return fields


def _file(fields: Mapping[str, Any]) -> ImportFile:
    csv = _content(fields)
    if csv is None:
        raise UnusableRequest(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            'Send the file: {"csv": "…"}, or a multipart form with a file.',
        )
    return read_people(csv)


def _content(fields: Mapping[str, Any]) -> bytes | None:
    """Return the file, which a form can also hold as a text, None where there is none."""
    csv = fields.get("csv")
    if isinstance(csv, str):
        return csv.encode(errors="replace")
    return csv if isinstance(csv, bytes) else None


def _names(fields: Mapping[str, Any]) -> ImportFile:
    users = fields.get("users")
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise UnusableRequest(
            HTTPStatus.UNPROCESSABLE_ENTITY, 'Name the people: {"users": ["ada@contoso.com", …]}.'
        )
    return read_names(map(_whole, users))


def _page(fields: Mapping[str, Any]) -> ImportFile:
    csv = _content(fields)
    pasted, names = str(fields.get("text", "")), str(fields.get("names", ""))
    given = [one for one in (csv, pasted.strip(), names.strip()) if one]
    if len(given) != 1:
        raise UnusableRequest(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Choose a file, paste one, or enter people by hand: one of the three at a time."
            if given
            else "Nobody is named: choose a file, paste one, or enter people by hand.",
        )
    if names.strip():
        return read_names(name for name in names.splitlines() if name.strip())
    return read_people(csv or pasted.encode(errors="replace"))


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return _whole(value) if value else None
    raise UnusableRequest(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} is not a text.")


def _whole(text: str) -> str:
    """Return a text as it can be written: JSON can hold half of a surrogate pair."""
    return text.encode(errors="replace").decode()


def _option(fields: Mapping[str, Any], name: str) -> str:
    """Return an option as it is written in the settings: a list has commas."""
    value = fields.get(name)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _whole(",".join(value))
    if value is None or isinstance(value, str) or type(value) is int:
        return "" if value is None else _whole(str(value))
    raise UnusableRequest(
        HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} is not a text, a number or a list of texts."
    )


def _switch(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if isinstance(value, str):
        value = {"true": True, "false": False, "": False}.get(value.casefold())
    if not isinstance(value, bool):
        raise UnusableRequest(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} is not true or false.")
    return value


_OPTIONS = {name: json_key(name.value) for name in OptionName}
_PEOPLE: Mapping[UploadKind, Callable[[Mapping[str, Any]], ImportFile]] = {
    UploadKind.FILE: _file,
    UploadKind.NAMES: _names,
    UploadKind.PAGE: _page,
}

if __name__ == "__main__":
    # People who open a mail come first.
    os.nice(10)
    main(sys.stdin.buffer, sys.stdout.buffer)
