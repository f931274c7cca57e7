"""Success is reported for what is safe and intact, and for nothing else."""

import queue
import time

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, generate_uid
from pynetdicom import AE, evt
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance

from hilum.conduct.node import Node
from hilum.conduct.node_spool import SpoolIngest
from hilum.pacs.association import associated
from hilum.pacs.store import send
from pacs.conftest import free_port
from pacs.nodes import node, store, to
from pacs.pictures import series, slice_of


def _request(instances: list[str]) -> Dataset:
    asked = Dataset()
    asked.TransactionUID = generate_uid()
    asked.ReferencedSOPSequence = []
    for instance in instances:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CTImageStorage, instance
        asked.ReferencedSOPSequence.append(item)
    return asked


def _ask(running: Node, instances: list[str], wait: float = 10) -> Dataset:
    """Ask for commitment and wait for the report in the same association."""
    reports: queue.Queue[tuple[int, Dataset]] = queue.Queue()

    def take(event):
        reports.put((event.event_type, event.event_information))
        return 0x0000, None

    contexts = [build_context(StorageCommitmentPushModel)]
    handlers = [(evt.EVT_N_EVENT_REPORT, take)]
    with associated(to(running), contexts, evt_handlers=handlers) as association:
        asked = _request(instances)
        status, _ = association.send_n_action(
            asked, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        assert status.Status == 0
        kind, report = reports.get(timeout=wait)
    assert report.TransactionUID == asked.TransactionUID
    assert kind == (2 if "FailedSOPSequence" in report else 1)
    return report


def _safe(report: Dataset) -> set[str]:
    return {str(item.ReferencedSOPInstanceUID) for item in report.get("ReferencedSOPSequence", [])}


def _failed(report: Dataset) -> set[str]:
    return {str(item.ReferencedSOPInstanceUID) for item in report.get("FailedSOPSequence", [])}


@pytest.mark.parametrize("deidentified", [False, True])
def test_originals_are_promised_and_deidentified_copies_only_where_this_was_said(archive, deidentified):
    one, two, hidden = (slice_of("00123", 1, number) for number in (1, 2, 3))
    hidden.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"  # an encapsulated PDF goes to quarantine
    with node(archive, commit_deidentified=deidentified) as running:
        for data in (one, two, hidden):
            assert store(to(running), data) == 0
        uids = [str(data.SOPInstanceUID) for data in (one, two, hidden)]
        assert _safe(_ask(running, uids)) == set(uids)
        assert _failed(_ask(running, ["1.2.3"])) == {"1.2.3"}

        SpoolIngest(archive, running.spool).run()
        assert (running.spool.waiting(), len(archive.images())) == ([], 2)
        report = _ask(running, uids)
        if not deidentified:  # the original of what is in quarantine is the only one that is left
            assert (_safe(report), _failed(report)) == ({uids[2]}, set(uids[:2]))
            assert {item.FailureReason for item in report.FailedSOPSequence} == {0x0112}
            return
        assert _safe(report) == set(uids)

        image = archive.path(archive.images()["image"][0])
        image.chmod(0o644)
        image.write_bytes(image.read_bytes()[:-2] + b"xx")
        report = _ask(running, uids)
        assert len(_safe(report)) == 2
        assert len(_failed(report)) == 1


def test_a_caller_whose_address_is_known_gets_its_report_in_an_association_of_its_own(archive, tmp_path):
    port = free_port()
    (archive.workspace.root / "peers.toml").write_text(
        f"[peers.modality]\nae_title = 'SENDER'\nhost = '127.0.0.1'\nport = {port}\n"
    )
    reports: queue.Queue[Dataset] = queue.Queue()

    def take(event):
        reports.put(event.event_information)
        return 0x0000, None

    modality = AE("SENDER")
    modality.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
    server = modality.start_server(
        ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, take)]
    )
    try:
        data = slice_of("00123", 1, 1)
        with node(archive) as running:
            store(to(running), data)
            with associated(to(running), [build_context(StorageCommitmentPushModel)]) as association:
                association.send_n_action(
                    _request([data.SOPInstanceUID]),
                    1,
                    StorageCommitmentPushModel,
                    StorageCommitmentPushModelInstance,
                )
            assert _safe(reports.get(timeout=10)) == {str(data.SOPInstanceUID)}
    finally:
        server.shutdown()


def test_orthanc_asks_us_and_understands_the_report(orthanc, archive, tmp_path):
    send(orthanc.peer, series(tmp_path, "00123", 1, 2))
    (archive.workspace.root / "peers.toml").write_text(
        f"[peers.orthanc]\nae_title = 'ORTHANC'\nhost = '127.0.0.1'\nport = {orthanc.dicom_port}\n"
    )
    with node(archive, "ORTHANC", port=orthanc.our_port):
        instances = orthanc.ask("/instances")
        orthanc.ask("/modalities/hilum/store", instances)
        asked = orthanc.ask("/modalities/hilum/storage-commitment", {"Resources": instances})
        deadline = time.monotonic() + 20
        while (report := orthanc.ask(f"/storage-commitment/{asked['ID']}"))["Status"] == "Pending":
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert report["Status"] == "Success"
    assert len(report["Success"]) == 2
