"""Archived objects leave as they are kept: by C-GET to who asks, by C-MOVE to those that peers.toml names."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, JPEGBaseline8Bit, SecondaryCaptureImageStorage
from pynetdicom import build_role, evt
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from hilum.conduct.node_log import ANSWERED
from hilum.dicom import quietly
from hilum.pacs import retrieving
from hilum.pacs.allowed import allowed
from hilum.pacs.association import associated
from pacs.conftest import free_port
from pacs.nodes import node, node_process, to

pytestmark = pytest.mark.parametrize("held", ["SQLite"], indirect=True)
ASKERS = (allowed("ASKER"), allowed("ORTHANC"))
GET, MOVE = StudyRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelMove
PEER = "[peers.{0}]\nae_title = '{1}'\nhost = '127.0.0.1'\nport = {2}\n"


def _study(held, modality: str) -> tuple[str, int]:
    images = held.images()
    counts = images[images["modality"] == modality].groupby("study").size().sort_values(ascending=False)
    return str(counts.index[0]), int(counts.iloc[0])


def _named(study: str) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel, identifier.StudyInstanceUID = "STUDY", study
    return identifier


def _get(running, study: str, contexts, stop_after: int | None = None):
    """What came by C-GET, and the last answer with its identifier."""
    came: list[Dataset] = []

    def take(event) -> int:
        came.append(event.dataset)
        return 0x0000

    roles = [build_role(context.abstract_syntax, scp_role=True) for context in contexts]
    handlers = [(evt.EVT_C_STORE, take)]
    peer = to(running, title="ASKER")
    with associated(
        peer, [build_context(GET), *contexts], ext_neg=roles, evt_handlers=handlers
    ) as association:
        for answer in association.send_c_get(_named(study), GET, msg_id=9):
            last = answer
            if stop_after is not None and len(came) == stop_after:
                association.send_c_cancel(9, None, GET)
                stop_after = None
    return came, *last


def _counts(answer: Dataset) -> tuple[int, int]:
    return answer.NumberOfCompletedSuboperations, answer.NumberOfFailedSuboperations


def test_a_get_brings_the_files_as_they_are_kept(held):
    study, count = _study(held, "CT")
    with node(held, query=ASKERS) as running:
        came, answer, _ = _get(running, study, [build_context(CTImageStorage, ExplicitVRLittleEndian)])
    assert (answer.Status, *_counts(answer)) == (0, count, 0)
    images = held.images().set_index("instance")["image"]
    for data in came:
        assert data == pydicom.dcmread(held.path(images[str(data.SOPInstanceUID)]))


def test_what_is_compressed_goes_compressed_or_not_at_all(held):
    study, _ = _study(held, "OT")
    with node(held, query=ASKERS) as running:
        plain = build_context(SecondaryCaptureImageStorage, ExplicitVRLittleEndian)
        came, answer, failed = _get(running, study, [plain])
        assert (came, answer.Status, *_counts(answer)) == ([], 0xA702, 0, 1)
        assert str(failed.FailedSOPInstanceUIDList) in set(held.images()["instance"])
        either = build_context(SecondaryCaptureImageStorage, [ExplicitVRLittleEndian, JPEGBaseline8Bit])
        came, answer, _ = _get(running, study, [either])
    assert (answer.Status, *_counts(answer)) == (0, 1, 0)
    kept = pydicom.dcmread(held.path(held.images().set_index("study")["image"][study]))
    assert came[0].PixelData == kept.PixelData


def test_a_damaged_file_is_never_sent(held):
    study, count = _study(held, "MR")
    path = held.path(held.images().set_index("study")["image"][study].iloc[0])
    whole = path.read_bytes()
    path.chmod(0o644)
    try:
        path.write_bytes(whole[:-2] + b"xx")
        with node(held, query=ASKERS) as running:
            context = build_context(CTImageStorage, ExplicitVRLittleEndian)
            came, answer, failed = _get(running, study, [context])
    finally:
        path.write_bytes(whole)
    assert (len(came), answer.Status, *_counts(answer)) == (count - 1, 0xB000, count - 1, 1)
    assert failed.FailedSOPInstanceUIDList == pydicom.dcmread(path).SOPInstanceUID


def test_a_cancel_ends_a_get_and_the_counts_say_so(held, monkeypatch):
    usual = retrieving.has_digest

    def slowly(path: Path, sha256: str) -> bool:
        time.sleep(0.3)
        return usual(path, sha256)

    monkeypatch.setattr(retrieving, "has_digest", slowly)
    study, count = _study(held, "CT")
    with node(held, query=ASKERS) as running:
        context = build_context(CTImageStorage, ExplicitVRLittleEndian)
        came, answer, _ = _get(running, study, [context], stop_after=1)
    assert answer.Status == 0xFE00
    assert 1 <= len(came) < count
    assert answer.NumberOfRemainingSuboperations == count - len(came)


def test_orthanc_asks_and_has_it_moved_to_itself(held, orthanc):
    (held.workspace.root / "peers.toml").write_text(PEER.format("hospital", "ORTHANC", orthanc.dicom_port))
    with node(held, port=orthanc.our_port, query=ASKERS):
        for modality, more in (("CT", {}), ("OT", {})):
            study, count = _study(held, modality)
            query = {"Level": "Study", "Query": {"StudyInstanceUID": study} | more}
            asked = orthanc.ask("/modalities/hilum/query", query)
            assert len(orthanc.ask(f"/queries/{asked['ID']}/answers")) == 1
            orthanc.ask(f"/queries/{asked['ID']}/retrieve", {"TargetAet": "ORTHANC", "Synchronous": True})
            (there,) = orthanc.ask("/tools/find", {"Level": "Study", "Query": {"StudyInstanceUID": study}})
            assert len(orthanc.ask(f"/studies/{there}/instances")) == count
    lines = [json.loads(line) for line in (held.workspace.root / "pulls" / ANSWERED).read_text().splitlines()]
    assert [(line["service"], line["status"]) for line in lines[-3:]] == [
        ("C-FIND", "answered"),
        ("C-MOVE", "begins"),
        ("C-MOVE", "ended 0000"),
    ]
    assert (lines[-1]["by"], lines[-1]["to"], lines[-1]["completed"]) == ("ORTHANC", "hospital", 1)


def _move(running, study: str, destination: str) -> Dataset:
    with associated(to(running, title="ASKER"), [build_context(MOVE)]) as association:
        return list(association.send_c_move(_named(study), destination, MOVE))[-1][0]


def test_nothing_is_moved_to_whom_peers_toml_does_not_name(held):
    (held.workspace.root / "peers.toml").write_text("[peers.web]\nurl = 'http://127.0.0.1:9/dicom-web'\n")
    with node(held, query=ASKERS) as running:
        for destination in ("STRANGER", "ASKER", "."):
            assert _move(running, _study(held, "CT")[0], destination).Status == 0xA801


# pynetdicom leaves the socket of a connection that was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_destination_that_is_down_is_told_and_nothing_hangs(held):
    (held.workspace.root / "peers.toml").write_text(PEER.format("off", "OFF", 9))
    study, count = _study(held, "CT")
    with node(held, query=ASKERS) as running:
        answer = _move(running, study, "OFF")
    assert (answer.Status, *_counts(answer)) == (0xA702, 0, count)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"StudyInstanceUID": ""},
        {"StudyInstanceUID": "*"},
        {"PatientID": "P*"},
        {"StudyInstanceUID": "1.2.3", "StudyTime": "1015"},
    ],
)
def test_a_retrieval_that_does_not_name_what_it_wants_is_refused(held, keys):
    identifier = Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    with quietly():
        for keyword, value in keys.items():
            setattr(identifier, keyword, value)
    with (
        quietly(),
        node(held, query=ASKERS) as running,
        associated(to(running, title="ASKER"), [build_context(GET)]) as association,
    ):
        ((status, _),) = association.send_c_get(identifier, GET)
    assert status.Status == 0xA900


def test_getscu_of_dcmtk_gets_a_patient(held, dcmtk, tmp_path):
    patient = held.images()["patient"].value_counts().index[0]
    target = tmp_path / "got"
    target.mkdir()
    with node(held, query=ASKERS) as running:
        command = [dcmtk / "getscu", "-P", "-aet", "ASKER", "-aec", "HILUM", "-od", target]
        keys = ["-k", "QueryRetrieveLevel=PATIENT", "-k", f"PatientID={patient}"]
        subprocess.run([*command, *keys, "127.0.0.1", str(running.server.port)], check=True, timeout=60)
    images = held.images()
    assert len(list(target.iterdir())) == sum(images["patient"] == patient)


def test_movescu_of_dcmtk_has_a_study_moved_to_its_own_port(held, dcmtk, tmp_path):
    port, target = free_port(), tmp_path / "moved"
    target.mkdir()
    (held.workspace.root / "peers.toml").write_text(PEER.format("desk", "ASKER", port))
    study, count = _study(held, "CT")
    with node(held, query=ASKERS) as running:
        command = [
            dcmtk / "movescu",
            "-S",
            "-aet",
            "ASKER",
            "-aec",
            "HILUM",
            "-aem",
            "ASKER",
            "+P",
            str(port),
        ]
        keys = ["-od", target, "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"]
        subprocess.run([*command, *keys, "127.0.0.1", str(running.server.port)], check=True, timeout=60)
    assert len(list(target.iterdir())) == count
    shutil.rmtree(target)


def test_who_goes_away_in_the_middle_disturbs_nobody(held, monkeypatch):
    usual = retrieving.has_digest

    def slowly(path: Path, sha256: str) -> bool:
        time.sleep(0.3)
        return usual(path, sha256)

    monkeypatch.setattr(retrieving, "has_digest", slowly)
    study, count = _study(held, "CT")
    contexts = [build_context(GET), build_context(CTImageStorage, ExplicitVRLittleEndian)]
    roles = [build_role(CTImageStorage, scp_role=True)]
    handlers = [(evt.EVT_C_STORE, lambda _: 0x0000)]
    with node(held, query=ASKERS) as running:
        peer = to(running, title="ASKER")
        with associated(peer, contexts, ext_neg=roles, evt_handlers=handlers) as association:
            for _ in association.send_c_get(_named(study), GET):
                association.abort()
                break
        monkeypatch.undo()
        came, answer, _ = _get(running, study, [build_context(CTImageStorage, ExplicitVRLittleEndian)])
    assert (len(came), answer.Status) == (count, 0)


def test_from_the_command_line_who_asks_is_answered_and_who_is_not_named_is_not(held, dcmtk, tmp_path):
    port = free_port()
    with node_process(held, port, "--query", "ASKER@127.0.0.1", "--spool-only"):
        command = [dcmtk / "findscu", "-S", "-aec", "HILUM", "-X", "-od", tmp_path]
        keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "127.0.0.1", str(port)]
        assert subprocess.run([*command, "-aet", "STRANGER", *keys], timeout=60, check=False).returncode != 0
        assert list(tmp_path.iterdir()) == []
        subprocess.run([*command, "-aet", "ASKER", *keys], check=True, timeout=60)
    assert len(list(tmp_path.iterdir())) == held.images()["study"].nunique()
