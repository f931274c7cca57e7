"""Servers that give short pages, know no offset, send us on, or give another object than was asked for."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pydicom
import pytest

from hilum.conduct.node import spool_of
from hilum.errors import PacsError
from hilum.pacs.find import find
from hilum.pacs.peer import Peer
from hilum.pacs.query import Query
from hilum.pacs.web import web_echo, web_get
from pacs.pictures import slice_of

Answer = tuple[int, dict[str, str], bytes]
QUERY = Query(patient_id="00123")


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is no news."""


@pytest.fixture
def server() -> Iterator[Callable[[Callable[[str, dict[str, int]], Answer]], Peer]]:
    """Starts a server that answers as it is told."""
    running: list[_Quiet] = []

    def start(answer: Callable[[str, dict[str, int]], Answer]) -> Peer:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                numbers = parse_qs(parts.query)
                paging = {key: int(numbers[key][0]) for key in ("limit", "offset") if key in numbers}
                status, headers, body = answer(parts.path, paging)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        made = _Quiet(("127.0.0.1", 0), Handler)
        running.append(made)
        threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
        return Peer("web", url=f"http://127.0.0.1:{made.server_address[1]}/dicom-web")

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def _page(numbers: range) -> Answer:
    studies = [
        {
            "0020000D": {"vr": "UI", "Value": [f"1.2.{number}"]},
            "00100020": {"vr": "LO", "Value": ["00123"]},
        }
        for number in numbers
    ]
    return 200, {"Content-Type": "application/dicom+json"}, json.dumps(studies).encode()


def test_pages_shorter_than_asked_for_are_not_the_end(server):
    def answer(_path: str, paging: dict[str, int]) -> Answer:
        begin = paging.get("offset", 0)
        return _page(range(begin, min(begin + 100, 250)))

    assert len(find(server(answer), "STUDY", QUERY)) == 250


def test_a_server_that_knows_no_offset_is_not_asked_for_ever(server):
    asked: list[int] = []

    def answer(_path: str, paging: dict[str, int]) -> Answer:
        asked.append(paging.get("offset", 0))
        return _page(range(30))

    assert len(find(server(answer), "STUDY", QUERY)) == 30
    assert len(asked) == 2


def test_a_server_without_end_is_left(server):
    def answer(_path: str, paging: dict[str, int]) -> Answer:
        begin = paging.get("offset", 0)
        return _page(range(begin, begin + 5000))

    with pytest.raises(PacsError, match=r"web has more than 20000 answers"):
        find(server(answer), "STUDY", QUERY)


def test_nobody_is_followed_to_another_address(server):
    reached: list[str] = []

    def elsewhere(path: str, _paging: dict[str, int]) -> Answer:
        reached.append(path)
        return _page(range(1))

    other = server(elsewhere)
    peer = server(lambda path, _: (302, {"Location": other.url + path}, b""))
    with pytest.raises(PacsError, match=r"web sends us on to another address"):
        find(peer, "STUDY", QUERY)
    assert reached == []


def test_another_object_than_was_asked_for_is_not_taken(server, archive):
    buffer = BytesIO()
    data = slice_of("00124", 2, 1)
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    pydicom.dcmwrite(buffer, data, enforce_file_format=True)
    body = b"--x\r\nContent-Type: application/dicom\r\n\r\n" + buffer.getvalue() + b"\r\n--x--"
    kind = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=x'}
    peer, spool = server(lambda _path, _paging: (200, kind, body)), spool_of(archive)
    image = {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3", "SOPInstanceUID": "1.4"}
    with pytest.raises(PacsError, match=r"gave another object than it was asked for"):
        web_get(peer, spool, [image])
    assert spool.waiting() == []
    own = {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3", "SOPInstanceUID": str(data.SOPInstanceUID)}
    assert web_get(peer, spool, [own]) == 1


@pytest.mark.parametrize("body", [b"{", b"[[[[", b'[{"00100020": 7}]', b"\xff\xfe"])
def test_an_answer_that_is_no_json_is_told_in_a_sentence(server, body):
    peer = server(lambda _path, _paging: (200, {"Content-Type": "application/dicom+json"}, body))
    with pytest.raises(PacsError, match=r"gave an answer that cannot be read"):
        find(peer, "STUDY", QUERY)


def test_a_server_that_never_answers_is_left_after_a_while(server, monkeypatch):
    from hilum.pacs import web

    monkeypatch.setattr(web, "_SECONDS", (0.3, 0.3))
    over = threading.Event()

    def answer(_path: str, _paging: dict[str, int]) -> Answer:
        over.wait(5)
        return _page(range(1))

    with pytest.raises(PacsError, match=r"web cannot be reached"):
        web_echo(server(answer))
    over.set()
