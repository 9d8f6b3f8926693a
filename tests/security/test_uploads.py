"""Files that people give: too large, of another kind than said, packed, with paths or formulas; and broken bodies."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import requests

from tests.fakes.center import settings
from tests.security.threaded import Threaded

IMPORT = "/api/v1/users/import"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    with Threaded(settings(tmp_path_factory.mktemp("uploads"))) as center:
        yield center


@pytest.fixture
def admin(center: Threaded) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Cookie"] = f"cc_session={center.session_of('administrator')}"
        yield session


def archive() -> bytes:
    """A table that unpacks to 50 MB, under a name that leads upwards."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../etc/users.csv", b"email\n" + b"a" * 50_000_000)
    return packed.getvalue()


def problem(response: requests.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    told: dict[str, object] = response.json()
    return told


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/csv", b"email\nx@example.com\n"),
        ("application/zip", archive()),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../a"\r\n'),
        ("image/png", PNG),
    ],
)
def test_what_is_not_declared_as_json_is_not_read(
    center: Threaded, admin: requests.Session, kind: str, body: bytes
) -> None:
    problem(admin.post(center.url + IMPORT, data=body, headers={"Content-Type": kind}, timeout=30), 415)


def test_a_body_beyond_the_limit_is_refused(center: Threaded, admin: requests.Session) -> None:
    body = json.dumps({"csv": "email\n" + "a" * 2_000_000})
    problem(admin.post(center.url + IMPORT, data=body, headers={"Content-Type": "application/json"}, timeout=30), 413)


def test_a_packed_body_counts_unpacked(center: Threaded, admin: requests.Session) -> None:
    body = gzip.compress(json.dumps({"csv": "email\n" + "a" * 50_000_000}).encode())
    assert len(body) < 100_000
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    problem(admin.post(center.url + IMPORT, data=body, headers=headers, timeout=30), 413)


def test_a_body_that_is_not_packed_as_said_is_the_senders_fault(center: Threaded, admin: requests.Session) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = admin.post(center.url + IMPORT, data=b'{"csv": "email"}', headers=headers, timeout=30)
    assert 400 <= response.status_code < 500, response.text


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"{", b'{"csv": "\\ud800"}', b"[" * 100_000, b"null", b"1e999"])
def test_broken_json_is_a_problem(center: Threaded, admin: requests.Session, body: bytes) -> None:
    response = admin.post(center.url + IMPORT, data=body, headers={"Content-Type": "application/json"}, timeout=30)
    assert response.status_code in (400, 422), response.text
    problem(response, response.status_code)


@pytest.mark.parametrize("text", [PNG.decode("latin-1"), "PK\x03\x04", "\x00", "", '"', "email\n" + '"' * 10_000])
def test_a_file_of_another_kind_writes_nothing(center: Threaded, admin: requests.Session, text: str) -> None:
    response = admin.post(center.url + IMPORT, json={"csv": text, "apply": True}, timeout=30)
    assert response.status_code == 422 or response.json()["good"] == 0, response.text
    if response.status_code == 422:
        assert problem(response, 422)["field"]


def test_what_looks_like_a_formula_comes_out_as_text(center: Threaded, admin: requests.Session) -> None:
    names = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2")
    for number, name in enumerate(names):
        user = {"email": f"formula{number}@example.com", "name": name}
        assert admin.post(f"{center.url}/api/v1/users", json=user, timeout=30).status_code == 201
    table = admin.get(f"{center.url}/api/v1/users/export", timeout=30).text
    cells = [cell.strip('"') for line in table.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
    assert all(name in table for name in names)


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fconfig.toml",
        "/assets/..%2f..%2f..%2fpyproject.toml",
        "/assets/%2e%2e/%2e%2e/config.toml",
        "/api/v1/interactions/..%2f..%2fx/recording",
        "/%00",
        "/assets/x%00.js",
    ],
)
def test_paths_lead_nowhere_else(center: Threaded, admin: requests.Session, path: str) -> None:
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", center.url))
        request.url = center.url + path
        request.headers["Cookie"] = str(admin.headers["Cookie"])
        response = session.send(request, timeout=30)
    assert response.status_code < 500
    assert "[http]" not in response.text
    assert "[project]" not in response.text


def test_the_token_endpoint_takes_broken_forms(center: Threaded) -> None:
    url = f"{center.url}/api/v1/oauth2/token"
    for kind, body in [
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"grant_type=client_credentials&client_id=%ff&client_secret=%00"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"grant_type=\xff"),
    ]:
        response = requests.post(url, data=body, headers={"Content-Type": kind}, timeout=30)
        assert 400 <= response.status_code < 500, (kind, response.text)
    response = requests.post(url, data=b"x", headers={"Authorization": "Basic ////"}, timeout=30)
    assert 400 <= response.status_code < 500
