"""The file ``.env``: encodings, lines that cannot be read, names that are none of ours."""

import logging
from pathlib import Path

import pytest

from settings import ApiSettings, PolicySettings, WorkerSettings, load_settings, settings_from
from settings.reader.environment import read_environment
from tests.settings.complete import KEY, PUBLIC, WORKER, faults, put

ROOT = Path(__file__).parents[2]
MUELLER = "".join(f"{name}={value}\n" for name, value in PUBLIC.items()).replace(
    "=Contoso\n", "=Müller & Söhne\n"
)


def write(text: str, encoding: str = "utf-8") -> None:
    """Write ``.env``."""
    Path(".env").write_bytes(text.encode(encoding))


def test_the_file_is_read_and_the_environment_wins(env: pytest.MonkeyPatch) -> None:
    """``.env`` counts, the environment counts more, and what is empty there does not count."""
    write("".join(f"{name}={value}\n" for name, value in WORKER.items()))
    put(env, {"COMPANY_NAME": "Fabrikam", "SITE_ID": ""})

    settings = load_settings(WorkerSettings)

    assert settings.site_id == WORKER["SITE_ID"]
    assert settings.company_name == "Fabrikam"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_unicode_encoding_is_read(encoding: str, line_end: str) -> None:
    """The file is read as PowerShell, Notepad and other editors write it."""
    write(MUELLER.replace("\n", line_end), encoding)

    assert load_settings(ApiSettings).company_name == "Müller & Söhne"


def test_big_endian_with_its_mark_is_read() -> None:
    """UTF-16 is read in either byte order."""
    Path(".env").write_bytes(b"\xfe\xff" + MUELLER.encode("utf-16-be"))

    assert load_settings(ApiSettings).company_name == "Müller & Söhne"


def test_another_encoding_is_named_with_its_line() -> None:
    """A guess could put a wrong name into every mail, so it is refused in one sentence."""
    write(MUELLER, "cp1252")

    (line,) = faults(ApiSettings)

    assert line == (
        "COMPANY_NAME in line 3 of .env is not UTF-8; its encoding may be Windows-1252. Save the "
        "file as UTF-8."
    )
    load_settings(PolicySettings)  # which has no use for that line


def test_another_encoding_in_a_comment_does_no_harm() -> None:
    """Only what is read has to be readable."""
    write("# für Müller\n" + MUELLER.replace("Müller & Söhne", "Contoso"), "cp1252")

    assert load_settings(ApiSettings).company_name == "Contoso"


def test_half_a_character_of_utf_16_is_no_traceback() -> None:
    """A file that was cut off is named."""
    Path(".env").write_bytes(MUELLER.encode("utf-16")[:-1])

    assert faults(PolicySettings) == ["The file .env cannot be read: save it as UTF-8."]


def test_a_folder_in_place_of_the_file_is_named() -> None:
    """Docker makes a folder of a file that it is told to mount and does not find."""
    Path(".env").mkdir()

    assert faults(PolicySettings) == ["The file .env cannot be read: Is a directory."]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# one\n\nTIME_ZONE: UTC\n", "Line 3 of .env cannot be read: write NAME=value."),
        ("$env:TIME_ZONE = 'UTC'\n", "Line 1 of .env cannot be read: write NAME=value."),
        ("set TIME_ZONE=UTC\n", "Line 1 of .env cannot be read: write NAME=value."),
        (f"{KEY}\n", "Line 1 of .env cannot be read: write NAME=value."),
        ("TIME_ZONE\n", "Line 1 of .env has no value: write NAME=value."),
        ("TIME_ZONE='UTC\n", "Line 1 of .env cannot be read: write NAME=value."),
        (
            "TIME_ZONE=UTC\n\nTIME_ZONE=Europe/Zurich\n",
            "TIME_ZONE stands in .env twice, in the lines 1 and 3: keep one of them.",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, says: str) -> None:
    """The line's number is told, and not what is in it: that may be a secret."""
    write(text)
    assert faults(PolicySettings) == [says]


def test_a_value_is_taken_as_it_stands_there() -> None:
    """Quotes and comments are understood; ``$`` has no meaning, so no secret is changed by it."""
    write(
        "export COMPANY_NAME='Contoso ${HOME}' # ours\n"
        'SUPPORT_TEAM="IT # desk"\n'
        "SUPPORT_PHONE=$1 #2\n"
        "PRIMARY_COLOUR=#0b5cad\n"
    )
    read = read_environment()
    assert {name: read.values[name] for name in read.of_file} == {
        "COMPANY_NAME": "Contoso ${HOME}",
        "SUPPORT_TEAM": "IT # desk",
        "SUPPORT_PHONE": "$1",
        "PRIMARY_COLOUR": "#0b5cad",
    }


def test_a_misspelt_name_in_the_file_is_told_with_the_right_one() -> None:
    """A setting that is misspelt would have no effect, and mail would leave too fast."""
    write("MAIL_PER_MINTUE=5\nREMINDERS_INTERVAL=3d\n")

    assert faults(PolicySettings) == [
        "MAIL_PER_MINTUE in .env is not a setting. Did you mean MAIL_PER_MINUTE?",
        "REMINDERS_INTERVAL in .env is not a setting. Did you mean REMINDER_INTERVAL?",
    ]


@pytest.mark.parametrize("name", ["CLIENT_SECRETS_FILE", "mail_redirect_to", "MAIL_REDIRECT_T0"])
def test_a_misspelt_name_is_told_by_the_process_that_misses_it(name: str) -> None:
    """The worker refuses what only the worker reads; an import goes on."""
    write(f"{name}=x\n")

    assert [line for line in faults(WorkerSettings) if line.startswith(f"{name} in .env")]
    load_settings(PolicySettings)


def test_a_name_like_none_of_ours_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A stranger's name in the file has no effect, and is said to have none."""
    write("FAVOURITE_COLOUR_OF_ALL=red\nEDGE_HTTP=8080:8080\nCOMPOSE_PROFILES=demo\n")
    with caplog.at_level(logging.WARNING):
        load_settings(PolicySettings)

    assert [record.getMessage() for record in caplog.records] == [
        "FAVOURITE_COLOUR_OF_ALL in .env has no effect: remove it."
    ]


def test_a_misspelt_name_in_the_environment_is_told(env: pytest.MonkeyPatch) -> None:
    """It may be another program's after all: setting the right one as well settles that."""
    env.setenv("MAIL_PER_MINTUE", "5")
    (line,) = faults(PolicySettings)
    assert line == (
        "MAIL_PER_MINTUE is not a setting. Did you mean MAIL_PER_MINUTE? If MAIL_PER_MINTUE is "
        "another program's, set MAIL_PER_MINUTE as well."
    )

    env.setenv("MAIL_PER_MINUTE", "20")
    assert load_settings(PolicySettings).mail_per_minute == 20


FOREIGN = """
    AZURE_CLIENT_ID AZURE_CLIENT_SECRET AZURE_TENANT_ID AZURE_CLIENT_CERTIFICATE_PATH ARM_CLIENT_ID
    ARM_CLIENT_SECRET ARM_TENANT_ID GOOGLE_CLIENT_ID GITHUB_CLIENT_SECRET AWS_PROFILE COMPUTERNAME
    USERNAME USERPROFILE HOME HOSTNAME PATH PWD LANG TZ TERM SHELL LOGNAME TMPDIR VIRTUAL_ENV
    APP_PORT APP_HOST API_KEY API_URL PORT HOST BASE_URL SITE_URL SITE_NAME CLIENT_NAME USER_ID
    HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PYTHONPATH
    KUBERNETES_SERVICE_HOST KUBERNETES_PORT API_SERVICE_HOST API_SERVICE_PORT API_PORT_8080_TCP
    API_PORT_8080_TCP_PORT API_PORT_8080_TCP_ADDR OTEL_SERVICE_NAME POSTGRES_PASSWORD
    CONTRACT_TENANT_ID CONTRACT_TENANT_CLIENT_ID GITHUB_ACTIONS CI DAY WINDOWID WINDIR
    TEMPORAL_PROFILE TEMPORAL_GRPC_META_X_TEAM COMPOSE_PROJECT_NAME PYTEST_CURRENT_TEST
"""


@pytest.mark.parametrize("kind", [WorkerSettings, ApiSettings])
def test_other_programs_variables_are_left_alone(
    kind: type[WorkerSettings | ApiSettings],
) -> None:
    """The usual variables of shells, clouds, containers and CI are not taken for misspelt ones."""
    settings_from(kind, dict.fromkeys(FOREIGN.split(), "x") | WORKER)


def test_the_environment_sets_a_secret_that_the_file_names_a_file_for(
    env: pytest.MonkeyPatch,
) -> None:
    """A secret and the file that holds it are one setting, and the environment wins."""
    write("TRACKING_TOKEN_KEY_FILE=/nowhere\n")
    put(env, PUBLIC)

    load_settings(ApiSettings)


def test_another_file_can_be_named(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo names an empty one, so that it never takes a setting of a real rollout."""
    write("TIME_ZONE=Europe/Zurich\n")
    env.setenv("MFA_ROLLOUT_ENV_FILE", "/dev/null")
    assert load_settings(PolicySettings).time_zone == "UTC"

    env.setenv("MFA_ROLLOUT_ENV_FILE", str(tmp_path / "absent"))
    (line,) = faults(PolicySettings)
    assert line.endswith("cannot be read: No such file or directory.")


def test_the_template_can_be_filled_in_and_read() -> None:
    """``.env.example`` with the required values is read, its commented defaults as well."""
    template = (ROOT / ".env.example").read_text()
    for name, value in WORKER.items():
        template = template.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    lines = [
        line.removeprefix("#") if line.startswith("#") and line[1:2].isupper() else line
        for line in template.splitlines()
    ]
    write("\n".join([*lines, f"CLIENT_SECRET={WORKER['CLIENT_SECRET']}"]))

    assert load_settings(WorkerSettings) == settings_from(WorkerSettings, WORKER)
