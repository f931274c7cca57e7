"""C-STORE: sending objects to a peer, as the bytes that they are (PS3.4 annex B)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pydicom
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext, build_context

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.association import associated, refused, status_of
from hilum.pacs.peer import Peer
from hilum.progress import Progress, silent

_MOST_CONTEXTS, _MOST_FILES = 128, 500
_WARNINGS = (0xB000, 0xB006, 0xB007)


@dataclass(frozen=True)
class Sent:
    """What became of one file.

    Attributes:
        path: which.
        problem: why the peer did not take it; empty where it did.
    """

    path: Path
    problem: str = ""


def send(peer: Peer, files: Sequence[Path], progress: Progress = silent) -> list[Sent]:
    """Send DICOM files to a peer, by C-STORE or STOW-RS.

    Returns:
        One entry a file, in their order.

    Raises:
        PacsError: the peer cannot be reached, refuses the association, or no longer answers.

    Example:
        >>> send(Peer("pacs"), [])
        []
    """
    if peer.speaks_web:
        from hilum.pacs.web import web_send

        return web_send(peer, files, progress)
    sent: list[Sent] = []
    for group in _groups(files):
        sent += _send_group(peer, group, progress, (len(sent), len(files)))
    return sent


def _send_group(
    peer: Peer, group: list[tuple[Path, tuple[str, str] | None]], progress: Progress, place: tuple[int, int]
) -> list[Sent]:
    kinds = list(dict.fromkeys(kind for _, kind in group if kind is not None))
    if not kinds:
        return [Sent(path, "it is no DICOM file") for path, _ in group]
    sent = []
    with associated(peer, [_context(kind) for kind in kinds]) as association:
        taken = {
            (str(one.abstract_syntax), str(one.transfer_syntax[0])) for one in association.accepted_contexts
        }
        for number, (path, kind) in enumerate(group, place[0] + 1):
            if kind is None:
                sent.append(Sent(path, "it is no DICOM file"))
            elif kind not in taken:
                sent.append(
                    Sent(path, f"{peer.name} does not take this kind of object in its transfer syntax")
                )
            else:
                sent.append(_send_one(peer, association, path))
            progress(number, place[1], "sending")
    return sent


def _send_one(peer: Peer, association: Association, path: Path) -> Sent:
    try:
        status = status_of(association.send_c_store(path))
    except (ValueError, AttributeError, OSError):
        return Sent(path, "it cannot be read")
    except RuntimeError:
        raise refused(peer, "C-STORE", None) from None
    if status is None:
        raise refused(peer, "C-STORE", None)
    return (
        Sent(path)
        if status == 0 or status in _WARNINGS
        else Sent(path, str(refused(peer, "C-STORE", status)))
    )


def _groups(files: Iterable[Path]) -> Iterator[list[tuple[Path, tuple[str, str] | None]]]:
    """Files with their kinds, in groups that one association can carry."""
    kinds = ((path, _kind(path)) for path in files)
    while group := list(islice(kinds, _MOST_FILES)):
        held: list[tuple[Path, tuple[str, str] | None]] = []
        seen: set[tuple[str, str]] = set()
        for path, kind in group:
            if kind is not None and kind not in seen and len(seen) == _MOST_CONTEXTS:
                yield held
                held, seen = [], set()
            held.append((path, kind))
            seen |= {kind} if kind is not None else set()
        yield held


def _kind(path: Path) -> tuple[str, str] | None:
    """SOP class and transfer syntax of a file; None where it is no file as PS3.10 defines it."""
    try:
        with quietly():
            meta = pydicom.filereader.read_file_meta_info(path)
        return str(meta.MediaStorageSOPClassUID), str(meta.TransferSyntaxUID)
    except FileNotFoundError:
        raise PacsError(f"{path.name} is no longer there") from None
    except Exception:  # noqa: BLE001 - what is no DICOM file raises nearly anything
        return None


def _context(kind: tuple[str, str]) -> PresentationContext:
    return build_context(kind[0], kind[1])
