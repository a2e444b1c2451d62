"""What the OpenAPI document says of endpoints that answer with a file."""

from typing import Any

from fastapi.responses import HTMLResponse, StreamingResponse

from api.admin.rest.models import problems
from api.exports.people import XLSX

_CSV = {
    "text/csv": {
        "schema": {
            "type": "string",
            "description": "UTF-8 with a byte order mark, by which Excel knows.",
        },
        "example": "Name,User principal name\r\nAda Lovelace,ada@contoso.com\r\n",
    }
}
_XLSX = {XLSX: {"schema": {"type": "string", "format": "binary"}}}
_PAGE = {
    "text/html": {
        "schema": {"type": "string", "description": "Its images are in it."},
        "example": "<!doctype html><title>Set up MFA</title>",
    }
}
_HEADER = {
    "Content-Disposition": {
        "description": "What the file is called.",
        "schema": {"type": "string"},
    }
}


def csv_answers(*statuses: int) -> dict[str, Any]:
    """Return the options of an endpoint that answers with CSV, or with these problems."""
    return _answers("CSV; no cell of it is a formula.", _CSV, statuses)


def xlsx_answers(*statuses: int) -> dict[str, Any]:
    """Return the options of an endpoint that answers with a workbook, or with these problems."""
    return _answers("An Excel workbook without formulas and links.", _XLSX, statuses)


def page_answers(*statuses: int) -> dict[str, Any]:
    """Return the options of an endpoint that answers with a mail, or with these problems."""
    good = {"description": "A page that runs nothing and loads nothing.", "content": _PAGE}
    return {"response_class": HTMLResponse, "responses": {200: good, **problems(*statuses)}}


def _answers(
    description: str, content: dict[str, Any], statuses: tuple[int, ...]
) -> dict[str, Any]:
    good = {"description": description, "content": content, "headers": _HEADER}
    return {
        "response_class": StreamingResponse,
        "responses": {200: good, **problems(*statuses)},
    }
