"""DICOMweb: QIDO-RS, WADO-RS and STOW-RS (PS3.18)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.association import prepared
from hilum.pacs.attributes import UNIQUE
from hilum.pacs.peer import Peer, is_open_to_listeners
from hilum.pacs.query import Answer, Level, Query, answer_of
from hilum.pacs.spool import Spool
from hilum.pacs.store import Sent
from hilum.progress import Progress, silent

_AS_STORED = (("application/dicom", "*"),)  # Orthanc 1.10.1 answers 500 for compressed objects without it
_SECONDS = (10.0, 120.0)
_PAGE = 1000
_NOT_READABLE = "{peer} gave an answer that cannot be read: ask its administrator"
_MOST_ANSWERS = 20_000
_REASONS = {
    400: "it does not understand the question",
    401: "it asks who we are: set HILUM_PEER_<NAME>_TOKEN, or _USER and _PASSWORD",
    403: "it does not allow us",
    404: "there is no such thing, or url in peers.toml is not the root of its DICOMweb service",
    409: "it does not take the objects",
    413: "the objects are too large for it",
    429: "it asks us to slow down",
    503: "it is overloaded at the moment",
}


def web_echo(peer: Peer) -> str:
    """Ask a DICOMweb server for one study, whichever.

    Raises:
        PacsError: it did not answer, and why.
    """
    with _told(peer):
        _client(peer).search_for_studies(limit=1)
    return f"{peer.name} answers at {peer.url}"


def web_find(peer: Peer, level: Level, query: Query) -> list[Answer]:
    """Ask a DICOMweb server what it holds (QIDO-RS, PS3.18 section 10.6)."""
    if level == "PATIENT":
        studies = web_find(peer, "STUDY", query)
        return list({answer["PatientID"]: {"PatientID": answer["PatientID"]} for answer in studies}.values())
    client, filters = _client(peer), query.keys(level)
    if level != "STUDY":
        filters.pop("StudyInstanceUID", None)
    if level == "IMAGE":
        filters.pop("SeriesInstanceUID", None)
    searches: dict[str, Callable[..., Any]] = {
        "STUDY": lambda **more: client.search_for_studies(
            fields=["ModalitiesInStudy", "StudyDescription", "NumberOfStudyRelatedInstances"], **more
        ),
        "SERIES": lambda **more: client.search_for_series(query.study or None, **more),
        "IMAGE": lambda **more: client.search_for_instances(
            query.study or None, query.series or None, **more
        ),
    }
    found: dict[str, Answer] = {}
    seen = 0
    with _told(peer), quietly():
        while True:
            page = searches[level](search_filters=filters, limit=_PAGE, offset=seen)
            answers = [answer_of(level, _declared(Dataset.from_json(one))) for one in page]
            new = {answer[UNIQUE[level]]: answer for answer in answers} | found
            # A server may give fewer than were asked for and hold more, or know no offset: only a page with
            # nothing new is the end.
            if len(new) == len(found):
                return list(found.values())
            seen, found = seen + len(page), {**found, **new}
            if len(found) > _MOST_ANSWERS:
                raise PacsError(f"{peer.name} has more than {_MOST_ANSWERS} answers: ask for less")


def web_get(peer: Peer, spool: Spool, images: Sequence[Answer]) -> int:
    """Fetch images into the spool as the server holds them (WADO-RS, PS3.18 section 10.4).

    Args:
        peer: the server.
        spool: takes them in.
        images: answers of `web_find` at the level of images.

    Returns:
        How many came.

    Raises:
        PacsError: the server cannot be reached or refuses, or the spool is full.
    """
    client, came = _client(peer), 0
    for image in images:
        uids = (image["StudyInstanceUID"], image["SeriesInstanceUID"], image["SOPInstanceUID"])
        with _told(peer), quietly():
            dataset = client.retrieve_instance(*uids, media_types=_AS_STORED)
            if str(dataset.get("SOPInstanceUID", "")) != uids[2]:
                raise PacsError(
                    f"{peer.name} gave another object than it was asked for: ask its administrator"
                )
            data = _as_file(dataset)
        part = spool.part()
        part.write(data)
        if part.obstacle:
            part.discard()
            raise PacsError(f"what {peer.name} sends cannot be kept: {part.obstacle}")
        spool.keep(part, uids[2])
        came += 1
    return came


def web_send(peer: Peer, files: Sequence[Path], progress: Progress = silent) -> list[Sent]:
    """Send files to a DICOMweb server, one a request (STOW-RS, PS3.18 section 10.5)."""
    client, sent = _client(peer), []
    for number, path in enumerate(files, 1):
        try:
            with quietly():
                dataset = pydicom.dcmread(path)
        except Exception:  # noqa: BLE001 - what is no DICOM file raises nearly anything
            sent.append(Sent(path, "it is no DICOM file"))
            continue
        with _told(peer), quietly():
            answer = client.store_instances([dataset])
        stored = len(answer.get("ReferencedSOPSequence") or [])
        sent.append(Sent(path) if stored else Sent(path, f"{peer.name} did not take it"))
        progress(number, len(files), "sending")
    return sent


def _as_file(dataset: Dataset) -> bytes:
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _declared(dataset: Dataset) -> Dataset:
    """JSON is UTF-8 (PS3.18 annex F), whatever its attribute for character sets says."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    return dataset


def _client(peer: Peer) -> Any:
    import requests
    from dicomweb_client.web import DICOMwebClient

    prepared()
    session = requests.Session()
    session.max_redirects = 0  # a question holds patient identifiers, and goes nowhere but where it was sent
    token, user = peer.secret("TOKEN"), peer.secret("USER")
    if (token or user) and is_open_to_listeners(peer.url):
        raise PacsError(f"the secret for {peer.name} would travel in the open: use https in peers.toml")
    if user:
        session.auth = (user, peer.secret("PASSWORD"))
    if peer.tls is not None:
        session.verify = str(peer.tls.ca) if peer.tls.verify and peer.tls.ca else peer.tls.verify
        if peer.tls.certificate is not None:
            session.cert = (str(peer.tls.certificate), str(peer.tls.key or peer.tls.certificate))
    headers = {"Authorization": f"Bearer {token}"} if token else None
    client = DICOMwebClient(peer.url, session=session, headers=headers, timeout=_SECONDS)
    client.set_http_retry_params(retry=False)
    return client


@contextmanager
def _told(peer: Peer) -> Iterator[None]:
    """Say in a sentence what goes wrong between us and a server."""
    import requests

    try:
        yield
    except requests.exceptions.SSLError:
        raise PacsError(
            f"{peer.name} shows a certificate that is not trusted: name its ca in peers.toml"
        ) from None
    except requests.exceptions.HTTPError as error:
        code = error.response.status_code if error.response is not None else 0
        raise PacsError(
            f"{peer.name} answered {code}: {_REASONS.get(code, 'ask its administrator')}"
        ) from None
    except requests.exceptions.TooManyRedirects:
        raise PacsError(
            f"{peer.name} sends us on to another address: give that as url in peers.toml, if it is right"
        ) from None
    except (requests.exceptions.InvalidJSONError, requests.exceptions.ContentDecodingError):
        raise PacsError(_NOT_READABLE.format(peer=peer.name)) from None
    except (requests.exceptions.RequestException, OSError):
        raise PacsError(
            f"{peer.name} cannot be reached at {peer.url}: is it on, and does a firewall stand between?"
        ) from None
    except PacsError:
        raise
    except Exception:  # noqa: BLE001 - damaged answers raise nearly anything
        raise PacsError(_NOT_READABLE.format(peer=peer.name)) from None
