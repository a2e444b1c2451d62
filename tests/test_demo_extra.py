"""The verbs of the demo, where the extra that they need isn't installed."""

import subprocess
import sys

import pytest

WITHOUT = "import sys; sys.modules['simulated_tenant'] = None; from cli.main import main; main()"


@pytest.mark.parametrize("verb", ["demo", "simulated-tenant"])
def test_tells_how_the_extra_is_installed(verb: str) -> None:
    """A verb that needs the simulated tenant says which command brings it."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", WITHOUT, verb], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "pip install 'mfa-rollout[demo]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_other_verbs_do_without_it() -> None:
    """The command line loads without the simulated tenant."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", WITHOUT, "--help"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("verb", ["demo", "simulated-tenant"])
def test_refuses_a_trait_that_does_not_exist(verb: str) -> None:
    """Before anything is started, a wrong trait is named with those that there are."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "cli", verb, "--trait=unkind"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "There is no trait 'unkind'. Traits: suppress, newid" in ended.stderr
