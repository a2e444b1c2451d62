"""What the settings of all processes have in common."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from settings.values.scalars import Switch

Contradictions = Iterator[str]


class UnknownValueError(Exception):
    """A contradiction was looked for in a setting whose value is wrong."""


class Settings(BaseModel):
    """The settings of one kind of process: frozen, and checked one by one and together.

    A type of ``settings.values`` reads what a person wrote. It says what is wrong with it in the
    words that follow the setting's name: "is not a GUID".
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _collect(
        cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        """Hand every good value to the reader, which needs them when others are wrong."""
        good = read(value)
        if info.context is not None:
            info.context[info.field_name] = good
        return good

    def remarks(self) -> Iterator[str]:
        """Yield sentences for the log about what is allowed, and probably not meant."""
        yield from ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Refuse a value that was wrong, while the others are compared with each other."""
            if name in type(self).model_fields:
                raise UnknownValueError(name)
            return super().__getattr__(name)


class RolloutSettings(Settings):
    """What every process has but those that only ask Temporal."""

    simulated_tenant: Switch = Field(
        default=False,
        description="On: AUTHORITY_HOST and GRAPH_BASE_URL are a simulated tenant's, not "
        "Microsoft's, and days may be shorter.",
    )

    @property
    def simulation(self) -> str | None:
        """A warning for the log of a process that works for a simulated tenant, else None."""
        if not self.simulated_tenant:
            return None
        return (
            "SIMULATED_TENANT is on: no mail leaves, nothing reaches Microsoft, and who knows the "
            "demo's public secrets may sign in. Leave it out in production."
        )


def contradiction(check: Callable[[Any], Contradictions]) -> Callable[[Any], Contradictions]:
    """Mark a method that yields a sentence for each contradiction between settings.

    It may read every setting. When it reads one whose value is wrong, it ends there: that value
    has its own sentence already.
    """
    check.__dict__["is_contradiction"] = True
    return check


def contradictions_of(settings: Settings) -> Iterator[Callable[[], Contradictions]]:
    """Yield the marked methods of these settings, in the order of their definition."""
    seen = set()
    for kind in reversed(type(settings).__mro__):
        for name, method in vars(kind).items():
            if getattr(method, "is_contradiction", False) and name not in seen:
                seen.add(name)
                yield getattr(settings, name)
