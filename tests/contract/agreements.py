"""All that our client relies on, as checks that hold for any tenant.

An agreement takes a scene, asserts, and takes away what it made. Its name and its docstring say
what was agreed.
"""

from collections.abc import Awaitable, Callable

from tests.contract import directory, group, mail, tracking_list
from tests.contract.scene import Scene

Agreement = Callable[[Scene], Awaitable[None]]

AGREEMENTS: tuple[Agreement, ...] = (
    *directory.AGREEMENTS,
    *group.AGREEMENTS,
    *tracking_list.AGREEMENTS,
    *mail.AGREEMENTS,
)
