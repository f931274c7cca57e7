"""A real PACS: Orthanc on ports of its own, open and encrypted, that knows our node."""

import contextlib
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.postgresql import running_server
from hilum.archive import Archive, create_workspace, open_archive
from hilum.pacs.peer import Peer, Tls
from pacs.pictures import jpeg_picture, series

DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
OUR_TITLE = "HILUM"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc."""

    dicom_port: int
    http_port: int
    our_port: int
    tls: Tls | None

    @property
    def peer(self) -> Peer:
        return Peer("orthanc", "ORTHANC", "127.0.0.1", self.dicom_port, OUR_TITLE, self.our_port, self.tls)

    @property
    def web(self) -> Peer:
        return Peer("web", url=f"http://127.0.0.1:{self.http_port}/dicom-web")

    def ask(self, path: str, body: object = None) -> object:
        """Ask its own interface, to look at it from the other side."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", data, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def empty(self) -> None:
        for study in self.ask("/studies"):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.http_port}/studies/{study}", method="DELETE"
            )
            urllib.request.urlopen(request, timeout=20).close()


def certificate(folder: Path, name: str, issuer: tuple | None = None) -> tuple[Path, Path, tuple]:
    """A certificate for this machine and its key: its own, or signed by another."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issued_by, signed_with = issuer or (subject, key)
    now = datetime.now(UTC)
    import ipaddress

    hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signed_with, hashes.SHA256())
    )
    path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return path, key_path, (subject, key)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> dict[str, Tls]:
    """An authority, and what a server and a client that it vouches for show and demand."""
    folder = tmp_path_factory.mktemp("certificates")
    ca, _, issuer = certificate(folder, "authority")
    server, server_key, _ = certificate(folder, "server", issuer)
    client, client_key, _ = certificate(folder, "client", issuer)
    return {"server": Tls(ca, server, server_key), "client": Tls(ca, client, client_key)}


@contextlib.contextmanager
def started(program: str, folder: Path, tls: dict[str, Tls] | None = None) -> Iterator[Orthanc]:
    dicom, http, ours = free_port(), free_port(), free_port()
    settings = {
        "Name": "test",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpPort": http,
        "DicomPort": dicom,
        "DicomAet": "ORTHANC",
        "RemoteAccessAllowed": True,
        "AuthenticationEnabled": False,
        "DicomAlwaysAllowStore": True,
        "DicomCheckModalityHost": False,
        "DicomModalities": {
            "hilum": {
                "AET": OUR_TITLE,
                "Host": "127.0.0.1",
                "Port": ours,
                "AllowStorageCommitment": True,
                "UseDicomTls": tls is not None,
            }
        },
        "Plugins": [str(DICOMWEB)] if DICOMWEB.exists() else [],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        "SyncStorageArea": False,
        "DefaultEncoding": "Utf8",
    }
    if tls is not None:
        settings |= {
            "DicomTlsEnabled": True,
            "DicomTlsCertificate": str(tls["server"].certificate),
            "DicomTlsPrivateKey": str(tls["server"].key),
            "DicomTlsTrustedCertificates": str(tls["server"].ca),
        }
    folder.mkdir(exist_ok=True)
    (folder / "orthanc.json").write_text(json.dumps(settings))
    log = (folder / "log").open("wb")
    process = subprocess.Popen([program, str(folder / "orthanc.json")], stdout=log, stderr=log)
    try:
        orthanc = Orthanc(dicom, http, ours, None if tls is None else tls["client"])
        deadline = time.monotonic() + 30
        while True:
            try:
                orthanc.ask("/system")
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline, "Orthanc did not start"
                time.sleep(0.1)
        yield orthanc
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def orthanc_running(orthanc_program, tmp_path_factory) -> Iterator[Orthanc]:
    with started(orthanc_program, tmp_path_factory.mktemp("orthanc")) as orthanc:
        yield orthanc


@pytest.fixture(scope="session")
def encrypted_orthanc(orthanc_program, tmp_path_factory, certificates) -> Iterator[Orthanc]:
    with started(orthanc_program, tmp_path_factory.mktemp("orthanc-tls"), certificates) as orthanc:
        yield orthanc


@pytest.fixture
def orthanc(orthanc_running) -> Orthanc:
    """The open Orthanc, empty."""
    orthanc_running.empty()
    return orthanc_running


@pytest.fixture
def archive(tmp_path) -> Archive:
    return open_archive(create_workspace(tmp_path / "workspace"))


@pytest.fixture(scope="session", params=["SQLite", "PostgreSQL"])
def held(request, tmp_path_factory) -> Iterator[Archive]:
    """An archive on either database: two patients with CT and MR, and a third with a compressed picture."""
    folder = tmp_path_factory.mktemp("held")
    with contextlib.ExitStack() as stack:
        url = None
        if request.param == "PostgreSQL":
            server = stack.enter_context(running_server(request.getfixturevalue("postgresql_programs")))
            url = server.new_database("held")
        made = open_archive(create_workspace(folder / "workspace", url))
        sources = series(folder, "00123", 1, 3) + series(folder, "00123", 2, 2, modality="MR")
        sources += [*series(folder, "00124", 3, 2), jpeg_picture(folder / "j.dcm", "00125", 4)]
        report = made.ingest(sources, workers=1)
        assert (report.archived, report.quarantined) == (8, 0)
        yield made
        made.engine.dispose()
