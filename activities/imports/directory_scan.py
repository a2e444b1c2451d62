"""Resolving thousands of addresses by reading the directory once instead of asking for each."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.directory import Directory, Listed

# A user principal name is surer than an address, as in ``Directory.find``.
_SUREST, _MAIL, _PROXY = 0, 1, 2


@dataclass(slots=True, kw_only=True)
class _Request:
    wanted: frozenset[str]
    found: dict[str, list[tuple[int, "Listed"]]] = field(default_factory=lambda: defaultdict(list))
    done: bool = False

    def answer(self) -> dict[str, "Listed"]:
        """Return whom each name means; a name that fits several people equally means nobody."""
        answer = {}
        for name, candidates in self.found.items():
            surest = min(rank for rank, _ in candidates)
            meant = [listed for rank, listed in candidates if rank == surest]
            if len(meant) == 1:
                answer[name] = meant[0]
        return answer


class DirectoryScan:
    """Pages through the directory for all parts of an import that wait at that moment.

    Whoever comes during a pass waits for the next, so an import of any size needs a few passes.
    What is kept is who was asked for, never the directory.
    """

    def __init__(self, directory: "Directory", *, with_managers: bool = False) -> None:
        """Read this directory."""
        self._directory = directory
        self._with_managers = with_managers
        self._waiting: list[_Request] = []
        self._turn = asyncio.Lock()

    async def find(self, names: Iterable[str]) -> dict[str, "Listed"]:
        """Return who is meant by UPNs, mail addresses or ObjectIds, by the name in lower case.

        A name that isn't in the answer is unknown, new, or somebody's and somebody else's: ask for
        it by itself (``Directory.find``).

        Raises:
            RolloutError: the directory can't be read.
        """
        request = _Request(wanted=frozenset(name.casefold() for name in names))
        self._waiting.append(request)
        try:
            async with self._turn:
                if not request.done:
                    await self._read()
        finally:
            if request in self._waiting:
                self._waiting.remove(request)
        return request.answer()

    async def _read(self) -> None:
        requests = list(self._waiting)
        askers: dict[str, list[_Request]] = defaultdict(list)
        for request in requests:
            # Of a pass that broke off.
            request.found.clear()
            for name in request.wanted:
                askers[name].append(request)
        async for listed in self._directory.everyone(with_managers=self._with_managers):
            for name, rank in _names(listed).items():
                for request in askers.get(name, ()):
                    request.found[name].append((rank, listed))
        for request in requests:
            request.done = True
            self._waiting.remove(request)


def _names(listed: "Listed") -> dict[str, int]:
    """Return what somebody may be called, and how sure that is."""
    person = listed.person
    names = {address.casefold(): _PROXY for address in listed.proxy_addresses}
    if person.mail:
        names[person.mail.casefold()] = _MAIL
    return names | {
        person.object_id.casefold(): _SUREST,
        person.user_principal_name.casefold(): _SUREST,
    }
