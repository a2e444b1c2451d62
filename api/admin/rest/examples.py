"""Examples of bodies and answers, made of the examples of their fields."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

_INSTANT = "2026-11-27T12:00:00Z"
_NONE = object()


def add_examples(document: dict[str, Any]) -> None:
    """Give every JSON body and answer of an OpenAPI document an example.

    Raises:
        KeyError: a field of text has no example of its own.
    """
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            body = operation.get("requestBody", {}).get("content", {})
            if json_body := body.get("application/json"):
                json_body.setdefault("example", example_of(json_body["schema"], schemas))
            for status, answer in operation["responses"].items():
                for content in answer.get("content", {}).values():
                    if "example" in content or content["schema"].get("format") == "binary":
                        continue
                    content["example"] = _answer(status, answer, content, schemas)


def _answer(
    status: str, answer: Mapping[str, Any], content: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Any:
    if status.startswith("2"):
        return example_of(content["schema"], schemas)
    return {
        "type": "about:blank",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "detail": answer["description"],
    }


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return an example of a schema: its own, else one made of those of its parts.

    What may be null is null, and what has few values is the first of them.

    Raises:
        KeyError: a text has no example.
    """
    known = _known(schema)
    if known is not _NONE:
        return known
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    match schema["type"]:
        case "object":
            fields = schema.get("properties", {})
            return {name: example_of(field, schemas) for name, field in fields.items()}
        case "array":
            return [example_of(schema["items"], schemas)]
        case "string":
            return _text(schema)
        case kind:
            return {"integer": 1, "boolean": False}[kind]


def _known(schema: Mapping[str, Any]) -> Any:
    """Return what a schema itself gives an example of, ``_NONE`` where it does not."""
    for name in ("examples", "enum"):
        if name in schema:
            return schema[name][0]
    return schema.get("default", None if "anyOf" in schema else _NONE)


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") != "date-time":
        raise KeyError(f"{schema.get('title')} has no example")
    return _INSTANT
