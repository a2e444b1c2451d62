"""Keys of JSON objects: our names as JSON has them, in camel case."""

from collections.abc import Mapping


def json_key(name: str) -> str:
    """Return a name in camel case."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def with_json_keys(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with their names in camel case."""
    return {json_key(name): value for name, value in values.items()}
