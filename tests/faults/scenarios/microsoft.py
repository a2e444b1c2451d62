"""Microsoft throttles, fails, is away, or says otherwise than what it did."""

from typing import Any

from tests.faults.scenarios.trouble import Trouble

# Every form in which Microsoft and what stands before it ask to wait, a bad one included.
RETRY_AFTER: tuple[dict[str, Any], ...] = (
    {"retry_after": "1"},
    {"retry_after": "0.5"},
    {"retry_after_date": 2},
    {"retry_after": "soon"},
    {"retry_after": "-1"},
    {},
)


async def storm(trouble: Trouble) -> None:
    """Answer a good part of all calls with 429, 503 and 504, with each form of Retry-After."""
    for turn in range(4):
        for status in (429, 503, 504):
            for form in RETRY_AFTER:
                skip = trouble.lot.randrange(6)
                await trouble.fault(path="/v1.0/", status=status, times=2, skip=skip, **form)
        await trouble.pause(1, 2)
        if turn == 1:
            await trouble.fault(path="/send$", method="POST", status=503, times=2, after_write=True)
    await trouble.no_faults()


async def says_otherwise(trouble: Trouble) -> None:
    """Let writes succeed whose answer says that they failed."""
    for _ in range(3):
        for path in ("/messages$", "/send$", "/members/", "/items"):
            await trouble.fault(
                method="POST", path=path, status=504, times=2, after_write=True, html=True
            )
        await trouble.fault(method="PATCH", path="/items", status=500, times=2, after_write=True)
        await trouble.pause(1, 3)
    await trouble.no_faults()


async def sharepoint_away(trouble: Trouble) -> None:
    """Answer every call of the list with 503 for a long while."""
    await trouble.fault(path="/sites/", status=503, times=None)
    await trouble.pause(8, 10)
    await trouble.no_faults()


async def tokens_away(trouble: Trouble) -> None:
    """Give out no tokens, and refuse those that are out, so that new ones are needed."""
    await trouble.fault(path="/oauth2/", status=503, times=None)
    await trouble.fault(path="/v1.0/", status=401, code="InvalidAuthenticationToken", times=20)
    await trouble.pause(5, 6)
    await trouble.no_faults()
