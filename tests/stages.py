"""Runs the suite: side by side, then alone what measures or kills processes. ``make test``.

Says at once how long it takes, and in its last line what came of it. The simulated tenant's own
tests run where its code isn't that of the commit before; ``make long`` runs them in any case.
``make traits`` runs what meets the tenant once for each of its traits.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[1]
TENANT = "simulated_tenant"
# Eight on two cores, since half of them wait for another process most of the time.
SIDE_BY_SIDE = ("-n", "8", "--dist", "loadfile", "-m", "not alone and not long")
ALONE = ("-m", "alone and not long")
LONG = ("-m", "long", "-s")
MEETING_THE_TENANT = ("tests/activities", "-n", "2", "-q", "-m", "not alone and not long")
JOURNEYS = (
    *("tests/integration/test_journey.py", "tests/integration/test_changing_people.py"),
    *("tests/integration/test_cancel.py", "-n", "2", "--dist", "loadfile", "-q"),
    *("-m", "not alone and not long"),
)
# Not ``mailrate``: these tests share a mailbox, and send more in a minute than any rollout. All at
# once are met by ``tests/integration/test_unkind_tenant.py``, which is part of ``make test``.
TRAITS = (
    *("suppress", "newid", "normalid", "nosave", "staysdraft", "searchlag", "scan", "latency=0.05"),
    *("mailsystem=postfix", "receipts", "delays", "outofoffice", "answers", "outbound_policy"),
    *("recipientlimit", "mailboxcalls", "resourceunits", "identityunits", "reportcalls"),
    *("retryafter", "groupread", "grouplag", "rbaclag", "userlag", "indexlag", "viewfilter"),
)
# A day of the products that make journeys lasts seconds, and so do the lags of their tenants.
LAGS = frozenset({"grouplag", "rbaclag", "userlag", "indexlag"})
OUTCOMES = ("passed", "failed", "skipped")


def tenant_has_changed(root: Path = ROOT) -> bool:
    """Return True unless git knows that the tenant is the one of the commit before.

    A merge is compared with the branch that it was merged into.
    """
    git = ("git", "-C", str(root))
    compared = subprocess.run(  # noqa: S603 - our own command line
        [*git, "diff", "--quiet", "HEAD~1", "--", TENANT], capture_output=True, check=False
    )
    new = subprocess.run(  # noqa: S603 - our own command line
        [*git, "ls-files", "--others", "--exclude-standard", "--", TENANT],
        capture_output=True,
        check=False,
    )
    return compared.returncode != 0 or new.returncode != 0 or bool(new.stdout)


def files_with_tests_alone(root: Path = ROOT) -> list[str]:
    """Return the files that have a test which runs alone: the others needn't be loaded for it."""
    files = sorted((root / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.alone" in file.read_text(encoding="utf-8")]


def counts(report: Path) -> Counter[str]:
    """Return how many tests passed, failed and were skipped, by a report in JUnit's form."""
    found: Counter[str] = Counter()
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        found += Counter(
            passed=int(suite.get("tests", 0)) - failed - skipped, failed=failed, skipped=skipped
        )
    return found


def run(*options: str, **environment: str) -> tuple[int, Counter[str]]:
    """Run pytest; return its status and how many tests passed, failed and were skipped."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *options]
        env = {**os.environ, **environment}
        status = subprocess.run(command, cwd=ROOT, check=False, env=env).returncode  # noqa: S603
        return status, counts(report) if report.exists() else Counter()


def main(*stages: str) -> int:
    """Run the stages, each whatever became of the others; return 0 if all tests passed."""
    began = time.monotonic()
    results = []
    if "long" in stages:
        print("Long tests take 20 minutes or more on 2 idle cores; the figures are printed.")
        results += [run(*LONG), run("-n", "4", "--dist", "loadfile", f"{TENANT}/tests")]
    elif "traits" in stages:
        print(f"{len(TRAITS)} traits take about two minutes each on 2 idle cores.")
        for trait in TRAITS:
            print(f"With {trait}:", flush=True)
            results.append(run(*MEETING_THE_TENANT, SIMULATED_TENANT_TRAITS=trait))
            shortened = f"{trait}=3" if trait in LAGS else trait
            results.append(run(*JOURNEYS, SIMULATED_TENANT_TRAITS=shortened))
    else:
        print("All tests take about 10 minutes on 2 idle cores; 'pytest tests/domain' takes one.")
        chosen: tuple[str, ...] = ()
        if not tenant_has_changed():
            print(f"{TENANT}/ is as in the commit before: its own tests are left to 'make long'.")
            chosen = ("--override-ini", "testpaths=tests")
        sys.stdout.flush()
        results += [run(*SIDE_BY_SIDE, *chosen), run(*ALONE, *files_with_tests_alone())]
    total = sum((found for _, found in results), Counter())
    told = ", ".join(f"{total[outcome]} {outcome}" for outcome in OUTCOMES)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    failed = any(status != pytest.ExitCode.OK for status, _ in results)
    print(f"Tests {'FAILED' if failed else 'passed'}: {told} in {minutes}:{seconds:02} minutes")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
