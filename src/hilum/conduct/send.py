"""Sending archived, de-identified images to a peer."""

import getpass
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from hilum.archive import Archive
from hilum.errors import PacsError
from hilum.pacs.peer import Peer
from hilum.pacs.store import Sent, send
from hilum.progress import Progress, silent


def send_archived(
    archive: Archive,
    peer: Peer,
    patients: Sequence[str] = (),
    images: Sequence[str] = (),
    progress: Progress = silent,
) -> list[Sent]:
    """Send objects of the archive to a peer; what was sent to whom is recorded in `pulls/sent.jsonl`.

    Args:
        archive: only what is in it can be sent, so that nothing identified leaves by this way.
        peer: to whom.
        patients: research identifiers; everything of these patients is sent.
        images: paths as the archive's index names them; with neither, everything is sent.
        progress: is told how far it is.

    Raises:
        PacsError: the archive holds nothing of what was named, or the peer cannot be reached or refuses.
    """
    held = archive.objects()
    chosen = held
    if patients or images:
        chosen = held[held["patient"].isin(list(patients)) | held["image"].isin(list(images))]
        unknown = (set(patients) - set(held["patient"])) | (set(images) - set(held["image"]))
        if unknown:
            raise PacsError(f"the archive holds {len(unknown)} of the named patients or images not")
    if not len(chosen):
        raise PacsError("the archive is empty: there is nothing to send")
    sent = send(peer, [archive.path(str(image)) for image in chosen["image"]], progress)
    _record(archive, peer, sent)
    return sent


def _record(archive: Archive, peer: Peer, sent: list[Sent]) -> None:
    from hilum.conduct.pull_list_check import pulls_folder

    taken = sum(not one.problem for one in sent)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"at": now, "account": getpass.getuser(), "peer": peer.name, "sent": taken, "objects": len(sent)}
    path = pulls_folder(archive) / "sent.jsonl"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
        file.write(json.dumps(line) + "\n")
