"""What it costs to import the settings."""

import subprocess
import sys

HEAVY = {"fastapi", "httpx", "msal", "jinja2", "temporalio", "uvicorn", "babel", "email_validator"}


def test_importing_the_settings_loads_nothing_heavy() -> None:
    """A verb that only reads settings pays for pydantic alone."""
    program = "import settings, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "pydantic" in loaded
    assert HEAVY & set(loaded) == set()
    assert not {"simulated_tenant", "templates", "graph", "api"} & set(loaded)
