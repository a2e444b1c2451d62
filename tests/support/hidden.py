"""What a history must not show: searched for as it is, and as base64 at each alignment."""

from base64 import b64encode
from collections.abc import Iterable, Iterator

from temporalio.api.history.v1 import HistoryEvent


def shows(text: str, events: Iterable[HistoryEvent]) -> bool:
    """Say whether any event holds a text, in any case, in clear or as base64."""
    return any(
        form in event.SerializeToString() or form.lower() in event.SerializeToString().lower()
        for event in events
        for form in _forms(text)
    )


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    for shift in range(3):
        # Characters that other bytes have a part in are left out.
        padded = b64encode(b"\0" * shift + raw)
        yield padded[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]
