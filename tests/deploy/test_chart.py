"""The Helm chart: what it says about itself, and what it renders to."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.identifiers import TASK_QUEUE
from settings import ApiSettings, DatabaseSettings, TemporalSettings, WorkerSettings, settings_from
from settings.base import Settings
from tests.deploy.compose import ROOT, demo_environment

CHART = ROOT / "deploy/helm/mfa-rollout"
KUBERNETES = "1.33.0"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
# What is asked of somebody who installs the chart, as the demo has it.
COMMON = (
    *("PUBLIC_BASE_URL", "COMPANY_NAME", "SUPPORT_EMAIL"),
    *("SIMULATED_TENANT", "AUTHORITY_HOST", "GRAPH_BASE_URL"),
)
WORKERS = (
    *("TENANT_ID", "CLIENT_ID", "ENFORCEMENT_GROUP_ID"),
    *("SITE_ID", "LIST_ID", "SENDER_MAILBOXES"),
)
# Every switch thrown that adds something.
ALL = ("workloadIdentity", "ingress", "keda", "portal", "metrics")
# Of operators, whose schemas are not among Kubernetes' own.
OF_OPERATORS = ("keda.sh/v1alpha1", "monitoring.coreos.com/v1")


def test_the_chart_is_of_this_version() -> None:
    """The chart brings the image of the version that it is released with."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert chart["version"] == chart["appVersion"] == version


def test_the_schema_names_every_value() -> None:
    """A value that is misspelt is refused, since the schema has exactly those of the defaults."""
    schema = json.loads((CHART / "values.schema.json").read_text())

    def compare(values: dict[str, Any], known: dict[str, Any]) -> None:
        assert values.keys() == known["properties"].keys() - {"global"}
        assert known["additionalProperties"] is False
        for name, value in values.items():
            if isinstance(value, dict) and "properties" in known["properties"][name]:
                compare(value, known["properties"][name])

    compare(VALUES, schema)


def test_workers_are_scaled_by_the_queue_that_they_poll() -> None:
    """The queue that KEDA looks at is the worker's."""
    template = (CHART / "templates/scaledobject.yaml").read_text()
    assert re.findall(r"taskQueue: (\S+)", template) == [TASK_QUEUE]


def rendered(folder: Path, *switches: str, **values: Any) -> list[dict[str, Any]]:
    """Return what the chart makes of the demo's settings."""
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("helm isn't there: go install helm.sh/helm/v3/cmd/helm@v3.22.0")
    demo = demo_environment()
    given = {
        "settings": {name: demo[name] for name in COMMON},
        "worker": {"settings": {name: demo[name] for name in WORKERS}},
        "ingress": {"host": "mfa.contoso.com", "tlsSecret": "mfa-contoso-com"},
        "portal": {"ingress": {"enabled": True, "host": "mfa-admin.contoso.com"}},
        "metrics": {"operator": True, "dashboard": True, "labels": {"release": "prometheus"}},
        **values,
    }
    for switch in switches:
        given.setdefault(switch, {})["enabled"] = True
    (folder / "values.yaml").write_text(yaml.safe_dump(given))
    command = [helm, "template", "trial", str(CHART), f"--kube-version={KUBERNETES}"]
    done = subprocess.run(  # noqa: S603
        [*command, "--values", str(folder / "values.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [found for found in yaml.safe_load_all(done.stdout) if found]


def pods(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the pod of each component."""
    return {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"]["template"]["spec"]
        for one in objects
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}
    }


@pytest.mark.long
@pytest.mark.parametrize("switches", [(), ALL], ids=["plain", "all"])
def test_what_strangers_reach_serves_links_alone(tmp_path: Path, switches: tuple[str, ...]) -> None:
    """With a portal and without one: it is served by pods of its own or by none."""
    served = {
        name: variable["value"]
        for name, pod in pods(rendered(tmp_path, *switches)).items()
        for variable in pod["containers"][0].get("env", [])
        if variable["name"] == "SERVE"
    }
    assert served == {"api": "links"} | ({"portal": "portal"} if switches else {})


@pytest.mark.long
def test_an_image_may_be_named_by_its_digest(tmp_path: Path) -> None:
    """By its tag, which is the chart's version by default, or by a digest in place of the tag."""
    name, digest = VALUES["image"]["repository"], f"sha256:{'0' * 64}"

    def images(**image: str) -> set[str]:
        found = pods(rendered(tmp_path, *ALL, image=image)).values()
        return {pod["containers"][0]["image"] for pod in found}

    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
    assert images() == {f"{name}:{version}"}
    assert images(tag="2.0.0") == {f"{name}:2.0.0"}
    assert images(tag="2.0.0", digest=digest) == {f"{name}@{digest}"}


@pytest.mark.long
@pytest.mark.parametrize("switches", [(), ALL], ids=["plain", "all"])
def test_objects_are_what_kubernetes_knows(tmp_path: Path, switches: tuple[str, ...]) -> None:
    """Every object fits Kubernetes' own schema, with no field that it doesn't know."""
    kubernetes_validate = pytest.importorskip(
        "kubernetes_validate", reason="uv sync --group charts"
    )
    objects = rendered(tmp_path, *switches)
    own = [one for one in objects if one["apiVersion"] not in OF_OPERATORS]
    others = sorted(one["kind"] for one in objects if one["apiVersion"] in OF_OPERATORS)
    assert others == (["PodMonitor", "PrometheusRule", "ScaledObject"] if switches else [])
    for one in own:
        kubernetes_validate.validate(one, KUBERNETES, strict=True)
    names = [(one["kind"], one["metadata"]["name"]) for one in objects]
    assert len(names) == len(set(names)) >= 12


@pytest.mark.long
def test_pods_may_do_nothing_and_say_who_they_are(tmp_path: Path) -> None:
    """Each pod fits the restricted standard, and has an account, rules and a secret of its own."""
    objects = rendered(tmp_path, *ALL)
    found = pods(objects)
    assert found.keys() == {"worker", "api", "portal", "migrate"}
    for component, pod in found.items():
        name = f"trial-mfa-rollout-{component}"
        assert pod["serviceAccountName"] == name
        assert {"NetworkPolicy", "ServiceAccount"} <= {
            one["kind"] for one in objects if one["metadata"]["name"] == name
        }
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        secrets = [v["secret"]["secretName"] for v in pod["volumes"] if "secret" in v]
        assert secrets == [VALUES[component]["existingSecret"]]
    for one in objects:
        if one["kind"] == "NetworkPolicy":
            assert one["spec"]["policyTypes"] == ["Ingress", "Egress"]
            ports = [port["port"] for rule in one["spec"]["ingress"] for port in rule["ports"]]
            is_served = one["metadata"]["name"].endswith(("-api", "-portal"))
            is_measured = not one["metadata"]["name"].endswith("-migrate")
            assert ports == [8080] * is_served + [9464] * is_measured


@pytest.mark.long
@pytest.mark.parametrize(
    ("component", "kinds"),
    [
        ("worker", (WorkerSettings, TemporalSettings)),
        ("api", (ApiSettings, TemporalSettings)),
        ("portal", (ApiSettings, TemporalSettings)),
        ("migrate", (DatabaseSettings,)),
    ],
)
def test_settings_of_a_pod_are_accepted(
    tmp_path: Path, component: str, kinds: tuple[type[Settings], ...]
) -> None:
    """What a pod is given is read as the process reads it, and nothing in it is unknown."""
    (container,) = pods(rendered(tmp_path, *ALL))[component]["containers"]
    given = {variable["name"]: variable["value"] for variable in container["env"]}
    known = {name.upper() for kind in kinds for name in kind.model_fields}
    if component not in {"api", "portal"}:
        assert {name for name in given if name not in known} <= {
            "DATABASE_URL_FILE",
            "TRACKING_TOKEN_KEY_FILE",
        }
    files = {"DATABASE_URL": "worker-database-url", "TRACKING_TOKEN_KEY": "tracking-token-key"}
    for name, value in given.items():
        if name.removesuffix("_FILE") in files:
            file = files[name.removesuffix("_FILE")]
            given[name] = str(ROOT / "deploy/demo-secrets" / file)
        elif value.startswith("/var/run/secrets/"):
            (tmp_path / "token").touch()
            given[name] = str(tmp_path / "token")
        elif name == "OUTBOX_PATH":
            given[name] = str(tmp_path / "outbox.sqlite")
    for kind in kinds:
        settings_from(kind, given)


@pytest.mark.long
def test_prometheus_finds_the_pods_and_gets_the_alerts(tmp_path: Path) -> None:
    """The monitor's labels and port are the pods', and the rules are those that are shipped."""
    objects = rendered(tmp_path, *ALL)
    (monitor,) = (one for one in objects if one["kind"] == "PodMonitor")
    (rules,) = (one for one in objects if one["kind"] == "PrometheusRule")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert rules["spec"] == yaml.safe_load((ROOT / "deploy/observability/alerts.yaml").read_text())
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    for one in objects:
        if one["kind"] in {"Deployment", "StatefulSet"}:
            template = one["spec"]["template"]
            wanted = monitor["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= template["metadata"]["labels"].items()
            assert template["metadata"]["labels"][monitor["spec"]["jobLabel"]] == "mfa-rollout"
            (container,) = template["spec"]["containers"]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            assert ports[endpoint["port"]] == 9464
    (dashboard,) = (one for one in objects if one["kind"] == "ConfigMap")
    shipped = (ROOT / "deploy/observability/grafana/dashboard.json").read_text()
    assert json.loads(dashboard["data"]["mfa-rollout.json"]) == json.loads(shipped)


@pytest.mark.long
@pytest.mark.parametrize(
    "values",
    [
        {"replicas": 3},
        {"worker": {"settings": {"CLIENT_SECRET": "x"}}},
        {"worker": {"settings": {"tenant_id": "x"}}},
        {"settings": {"COMPANY_NAME": "Contoso"}},
        {"ingress": {"enabled": True, "host": ""}},
        {"temporal": {"address": "https://temporal"}},
    ],
    ids=str,
)
def test_wrong_values_are_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    """A misspelt value, a secret among the settings, or one that is missing installs nothing."""
    with pytest.raises(AssertionError, match=r"don't meet the specifications|values"):
        rendered(tmp_path, **values)
