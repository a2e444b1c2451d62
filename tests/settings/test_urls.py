"""What was checked of a URL is what is used: all parsers read the same in what is accepted."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic_core import Url
from requests.utils import get_auth_from_url
from urllib3.util import parse_url

from settings import WorkerSettings, settings_from
from settings.values.urls import (
    is_one_of,
    read_authority,
    read_graph,
    read_page,
    read_proxy,
    read_public_site,
)
from tests.settings.complete import WORKER

MICROSOFT = frozenset({"login.microsoftonline.com"})
# What URLs are made of, and what parsers disagree about.
PIECES = (
    *("https://", "http://", "HTTPS://", "https:", "//", "login.microsoftonline.com", "evil.test"),
    *("localhost", "[::1]", "127.0.0.1", "0x7f.1", "2130706433", "user", "p%40ss", "xn--mller-kva"),
    *("@", ":", "\\", "/", "?", "#", ";", "%2f", "%5c", "%40", "%00", "%2e", ".", "..", ":443"),
    *(":80", ":8443", ":0", ":65536", " ", "\t", "\u3002", "\uff0f", "\u212a", "\u00df", "\u00ad"),
    *("/v1.0", "*", "|", "^", "[", "]", "'", '"', "&", "$", "{", "}"),
)
TRICKS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)
URLS = st.one_of(
    TRICKS,
    TRICKS.map("https://login.microsoftonline.com".__add__),
    st.tuples(st.just("https://"), TRICKS, st.just("@login.microsoftonline.com")).map("".join),
)
READERS = (read_authority, read_graph, read_page, read_public_site, read_proxy)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@settings(max_examples=150, deadline=None)
@given(text=URLS)
@example(text="https://login.microsoftonline.com:0")
@example(text=r"https://evil\@login.microsoftonline.com")
@example(text="https://login.microsoftonline.com\\.evil.test")
@example(text="https://login.microsoftonline.com%2f@evil.test")
@example(text="https://login.microsoftonline.com:443@evil.test")
@example(text="https://login.microsoftonline.com;@evil.test/v1.0")
@example(text="https://https://?@login.microsoftonline.com")
def test_every_parser_reads_what_was_checked(read: Callable[[str], str], text: str) -> None:
    """Whatever is accepted has one host and one port for all parsers, and is read as itself."""
    try:
        used = read(text)
    except ValueError:
        return
    hosts = {
        (urlsplit(used).hostname or "").strip("[]"),
        httpx.URL(used).raw_host.decode().strip("[]"),
        (parse_url(used).host or "").strip("[]"),
        (Url(used).host or "").strip("[]"),
    }
    usual = {"https": 443, "http": 80}[urlsplit(used).scheme]
    written = (urlsplit(used).port, httpx.URL(used).port, parse_url(used).port, Url(used).port)
    ports = {usual if port is None else port for port in written}
    assert len(hosts) == len(ports) == 1
    assert read(used) == used
    if read is not read_proxy:
        assert "@" not in re.split("[/?#]", used)[2]
        assert is_one_of(MICROSOFT, used) == (hosts == MICROSOFT and ports == {443}) or (
            urlsplit(used).scheme == "http"
        )


@settings(max_examples=50, deadline=None)
@given(user=st.text(min_size=1, max_size=9), password=st.text(max_size=9))
def test_a_proxys_login_arrives_as_it_was_meant(user: str, password: str) -> None:
    """Percent-encoded, every character of user name and password reaches both libraries."""
    try:
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    except UnicodeEncodeError:
        return
    used = read_proxy(f"http://{login}@Proxy.Contoso.com:8080/")
    assert get_auth_from_url(used) == (user, password)
    assert (httpx.URL(used).username, httpx.URL(used).password) == (user, password)
    assert unquote(used) == f"http://{user}:{password}@proxy.contoso.com:8080"


def test_a_proxy_of_other_programs_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """``HTTPS_PROXY`` alone has no effect here, and the log says which setting has."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    without = settings_from(WorkerSettings, WORKER)
    with_ours = settings_from(WorkerSettings, WORKER | {"HTTPS_PROXY_URL": "http://proxy:8080"})
    assert not list(without.remarks())

    monkeypatch.setenv("https_proxy", "http://proxy.contoso.com:8080")

    (remark,) = without.remarks()
    assert remark.startswith("https_proxy is not looked at")
    assert "HTTPS_PROXY_URL" in remark
    assert not list(with_ours.remarks())


def test_a_tenants_id_may_be_written_in_capitals() -> None:
    """The id is used in lower case, as tokens name it."""
    upper = WORKER | {"TENANT_ID": WORKER["TENANT_ID"].replace("1", "A", 3)}
    assert settings_from(WorkerSettings, upper).tenant_id.startswith("aaa1")
