"""The command line of the workbench, as a person uses it."""

import json
import os
import signal

import httpx
import pytest
from typer.testing import CliRunner, Result

from hilum.cli import app
from serving.served import PASSWORD, free_port, started


def _hilum(*words: str, password: str | None = PASSWORD) -> Result:
    """A command as a person types it; in this process, as starting one takes seconds."""
    return CliRunner().invoke(app, ["serve", *words], env={"HILUM_PASSWORD": password})


def browser_knows(address: str, cookies: dict[str, str]) -> bool:
    """Whether a browser that entered before is still signed in after a restart."""
    server = address.partition("/enter")[0]
    with httpx.Client(cookies=cookies) as browser:
        return browser.get(f"{server}/api/session").json()["person"] is not None


def test_an_address_opens_once_and_a_server_that_is_killed_loses_no_session(workspace):
    with started(workspace.root) as (first, process), httpx.Client() as browser:
        assert first.startswith("http://127.0.0.1:")
        assert browser.get(first).status_code == 303
        assert httpx.get(first).status_code == 401
        os.kill(process, signal.SIGKILL)
    with started(workspace.root) as (second, _):
        assert second.partition("token=")[2] != first.partition("token=")[2]
        assert browser_knows(second, dict(browser.cookies))


def test_people_get_accounts_from_the_command_line(workspace):
    here = ("--workspace", str(workspace.root))
    assert _hilum("user", "add", "chief", "--role", "administrator", *here).exit_code == 0
    assert _hilum("user", "add", "Lee", "--role", "annotator", "--role", "viewer", *here).exit_code == 0
    listed = json.loads(_hilum("user", "list", "--json", *here).stdout)
    assert [(one["name"], one["roles"]) for one in listed] == [
        ("chief", ["administrator"]),
        ("Lee", ["annotator", "viewer"]),
    ]
    with started(workspace.root, "--users") as (address, _):
        assert "token" not in address

        def sign_in(name: str, password: str) -> int:
            return httpx.post(f"{address}/api/session", json={"name": name, "password": password}).status_code

        assert sign_in("lee", PASSWORD) == 200
        assert _hilum("user", "role", "lee", "--role", "specialist", *here).exit_code == 0
        assert _hilum("user", "password", "lee", *here, password="the river under it").exit_code == 0
        assert sign_in("lee", PASSWORD) == 401
        assert sign_in("lee", "the river under it") == 200
        assert _hilum("user", "disable", "lee", *here).exit_code == 0
        assert sign_in("lee", "the river under it") == 401
    assert "Lee" in _hilum("user", "list", *here).stdout
    verified = _hilum("audit", "verify", "--json", *here)
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["whole"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "kim", "--role", "boss"), "there is no role"),
        (("user", "add", "", "--role", "viewer"), "name"),
        (("user", "add", "chief", "--role", "viewer"), "already"),
        (("user", "role", "nobody", "--role", "viewer"), "no account"),
        (("user", "role", "chief", "--role", "viewer"), "nobody would be left"),
        (("user", "disable", "chief"), "nobody would be left"),
        (("--host", "0.0.0.0"), "--users"),
        (("--host", "192.0.2.1", "--users"), "cannot be used"),
        (("--users", "--certificate", "a.pem"), "--key"),
        (("--port", "70000"), "there is no port 70000"),
        (("--port", "0"), "there is no port 0"),
        (("--database", "mysql://a/b"), "PostgreSQL"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(workspace, words, said):
    here = ("--workspace", str(workspace.root))
    _hilum("user", "add", "chief", "--role", "administrator", *here)
    place = () if "user" in words else here
    done = _hilum(*place, *words, *(here if "user" in words else ()))
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("password", ["short", "chief of radiology", None])
def test_a_weak_password_or_none_makes_no_account(workspace, password):
    here = ("--workspace", str(workspace.root))
    done = _hilum("user", "add", "Chief of Radiology", "--role", "viewer", *here, password=password)
    assert done.exit_code == 2
    assert "password" in done.output
    assert json.loads(_hilum("user", "list", "--json", *here).stdout) == []


def test_a_damaged_audit_log_is_exit_code_1(workspace):
    import sqlite3

    here = ("--workspace", str(workspace.root))
    _hilum("user", "add", "chief", "--role", "administrator", *here)
    with sqlite3.connect(workspace.root / "serve" / "workbench.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_lines_no_delete")
        connection.execute("DELETE FROM audit_lines")
    connection.close()
    done = _hilum("audit", "verify", *here)
    assert done.exit_code == 1
    assert "damaged" in done.stdout


def test_nothing_but_the_address_is_printed_while_it_serves(workspace):
    with started(workspace.root) as (address, process):
        server = address.partition("/enter")[0]
        for path in ("/api/people?patient=KIM", "/nothing/KIM", "/api/session"):
            httpx.get(server + path, timeout=60)
        second = _hilum("--workspace", str(workspace.root), "--port", str(free_port()))
        assert second.exit_code == 2
        assert "another `hilum serve` works in this workspace" in second.output
        assert "Traceback" not in second.output
        assert os.path.exists(f"/proc/{process}")  # noqa: PTH110  # it runs on
    files = [path for path in (workspace.root / "serve").rglob("*") if path.is_file()]
    assert not any(b"KIM" in path.read_bytes() for path in files)


def test_it_serves_over_tls_when_given_a_certificate(workspace, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    _write_certificate(key, certificate)
    with started(workspace.root, "--certificate", str(certificate), "--key", str(key)) as (address, _):
        assert address.startswith("https://127.0.0.1:")
        import ssl

        trusted = ssl.create_default_context(cafile=str(certificate))
        with httpx.Client(verify=trusted) as browser:
            answer = browser.get(address)
            assert answer.status_code == 303
            assert "secure" in answer.headers["set-cookie"].lower()
            server = address.partition("/enter")[0]
            assert browser.get(f"{server}/api/session").json()["person"] is not None


def _write_certificate(key_file, certificate_file) -> None:
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
