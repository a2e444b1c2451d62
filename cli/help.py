"""How the help of the verbs is laid out."""

ROLLOUT = "The rollout"
SETUP = "Setting up"
PROCESSES = "Processes"


def examples(*lines: str) -> str:
    """Return the end of a verb's help: how it is called, an example a line."""
    return "\n".join(["Examples:", *(f"  {line}" for line in lines)])
