"""How the product's processes are started before a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class CantRunHere(Exception):
    """This machine, or this user, lacks what a scenario needs; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """How the product's processes are started under a scenario.

    Attributes:
        data: where tables and outbox are, instead of the rollout's own folder.
        cluster: where PostgreSQL's own folder is made.
        environment: settings of worker, API and import beyond the usual ones.
        launchers: by a part's name, the module, with its arguments, that runs its verb.
        arguments: by a part's name, what is added to its command.
    """

    data: Path | None = None
    cluster: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    launchers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    arguments: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def beside(self, other: "Arrangement") -> "Arrangement":
        """Return what both ask for; the other comes first where one thing is asked for twice."""
        return Arrangement(
            data=other.data or self.data,
            cluster=other.cluster or self.cluster,
            environment={**self.environment, **other.environment},
            launchers={**self.launchers, **other.launchers},
            arguments={**self.arguments, **other.arguments},
        )
