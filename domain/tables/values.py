"""The plain values that records are made of."""

from typing import Any

# A value of JSON. Payloads are decoded by pydantic, which can't follow an alias that names itself.
Json = Any
