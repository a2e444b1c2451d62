"""All settings as far as they are right, and lines for those that are not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from client.doctor.files import look_at_files
from database.engine import FILE_NAME
from domain.doctor.checks import Check, Fault, Finding, Good, found
from settings import (
    SECRETS,
    ApiSettings,
    Environment,
    PolicySettings,
    ProvisionSettings,
    TemporalSettings,
    UnknownValueError,
    WorkerSettings,
    examine_settings,
    for_temporal,
    foreign_names,
    read_environment,
)

_FILES = (
    *(f"{secret}_FILE" for secret in SECRETS),
    "CLIENT_CERTIFICATE_FILE",
    "API_CLIENT_CERTIFICATE_FILE",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
    "OUTBOX_PATH",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSettings:
    """What is set: reading one that is missing or wrong raises ``UnknownValueError``.

    ``temporal`` is the environment for Temporal's SDK, None where it must not be used.
    """

    worker: WorkerSettings
    temporal: Mapping[str, str] | None
    findings: tuple[Finding, ...]


def see_settings() -> SeenSettings:
    """Read the settings of all processes from the environment, ``.env`` and secret files."""
    environment = read_environment()
    worker = examine_settings(WorkerSettings, environment)
    temporal = examine_settings(TemporalSettings, environment)
    api = examine_settings(ApiSettings, environment)
    policy = examine_settings(PolicySettings, environment)
    problems = [*worker.problems, *api.problems, *policy.problems, *temporal.problems]
    if any(name.startswith("PROVISION_") for name in environment.values):
        problems += examine_settings(ProvisionSettings, environment).problems
    lines = [*_lines(environment, dict.fromkeys(problems))]
    if not lines:
        lines.append(found(Check.SETTINGS, Good.SETTINGS))
        lines += [
            found(Check.SETTINGS, Good.REMARK, sentence=one) for one in worker.settings.remarks()
        ]
    if _is_simulated(worker.settings):
        lines.append(found(Check.SETTINGS, Good.SIMULATED))
    return SeenSettings(
        worker=worker.settings,
        temporal=for_temporal(environment, temporal.settings) if temporal.is_usable else None,
        findings=(*lines, *look_at_files(_files(environment, worker.settings))),
    )


def _lines(environment: Environment, problems: Iterable[str]) -> list[Finding]:
    file = environment.file
    begun = "TENANT_ID" in environment.values or Path(file).exists()
    return [
        *([] if begun else [found(Check.SETTINGS, Fault.NO_SETTINGS, file=file)]),
        *(found(Check.SETTINGS, Fault.SETTING, sentence=one, file=file) for one in problems),
        *(
            found(Check.SETTINGS, Fault.FOREIGN_SETTING, name=name, file=file)
            for name in foreign_names(environment)
        ),
    ]


def _is_simulated(settings: WorkerSettings) -> bool:
    try:
        return settings.simulated_tenant
    except UnknownValueError:
        return False


def _files(environment: Environment, settings: WorkerSettings) -> dict[str, Path]:
    files = {name: Path(environment.values[name]) for name in _FILES if name in environment.values}
    try:
        if settings.database_address is None:
            files["DATA_DIR"] = settings.data_dir / FILE_NAME
    except UnknownValueError:
        pass
    return {"the settings": Path(environment.file), **files}
