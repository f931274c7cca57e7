"""What is acknowledged is on the disk, whatever happens next; what is not allowed does not come in."""

import contextlib
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pynetdicom.presentation import build_context

from hilum.conduct.node import safe_of, spool_of
from hilum.conduct.node_spool import SpoolIngest
from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.allowed import allowed
from hilum.pacs.association import associated
from hilum.pacs.echo import echo
from hilum.pacs.spool import SpoolLimits
from hilum.pacs.store import send
from pacs.conftest import free_port
from pacs.nodes import node, node_process, store, to
from pacs.pictures import series, slice_of

SENDER = """
import sys
from pathlib import Path
import pydicom
from pynetdicom.presentation import build_context
from hilum.pacs.association import associated
from hilum.pacs.peer import Peer

context = build_context(pydicom.uid.CTImageStorage, pydicom.uid.ExplicitVRLittleEndian)
with associated(Peer("node", "HILUM", "127.0.0.1", int(sys.argv[1]), "SENDER"), [context]) as association:
    for path in sorted(Path(sys.argv[2]).iterdir()):
        if getattr(association.send_c_store(path), "Status", None) != 0:
            break
        print(pydicom.dcmread(path).SOPInstanceUID, flush=True)
"""


def test_killed_in_the_middle_of_a_send_every_acknowledged_object_is_there(archive, tmp_path):
    port = free_port()
    series(tmp_path / "sent", "00123", 1, 400, size=64)
    with node_process(archive, port, "--spool-only") as process:
        command = [sys.executable, "-c", SENDER, str(port), tmp_path / "sent"]
        sender = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        acknowledged = [sender.stdout.readline().strip() for _ in range(40)]
        process.kill()
        acknowledged += sender.communicate(timeout=60)[0].split()
    assert 40 <= len(acknowledged) < 400
    spool = spool_of(archive)
    assert safe_of(archive, spool, acknowledged) == frozenset(acknowledged)
    waiting = len(spool.waiting())
    SpoolIngest(archive, spool).run()
    assert spool.waiting() == []
    assert len(archive.images()) == waiting
    assert safe_of(archive, spool, acknowledged) == frozenset(acknowledged)


def test_whether_many_objects_are_safe_is_told_in_a_moment(archive):
    spool = spool_of(archive)
    instances = [f"1.2.3.{number}" for number in range(1500)]
    for instance in instances:
        part = spool.part()
        part.write(instance.encode())
        part.path.replace(
            spool.folder / f"{spool.name_begins(instance)}{sha256(instance.encode()).hexdigest()}.dcm"
        )
        part.close()
    begun = time.monotonic()
    assert spool.intact_among([*instances, "1.2.4"]) == frozenset(instances)
    assert time.monotonic() - begun < 2


def test_asked_to_end_it_finishes_and_says_what_it_did(archive, tmp_path):
    from hilum.pacs.peer import Peer

    port = free_port()
    with node_process(archive, port, "--json") as process:
        send(Peer("node", "HILUM", "127.0.0.1", port, "SENDER"), series(tmp_path, "00123", 1, 3))
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert '"received": 3, "refused": 0' in out


def test_what_comes_is_archived_while_the_node_runs(archive, tmp_path):
    with node(archive, archives=True) as running:
        send(to(running), series(tmp_path, "00123", 1, 3))
        deadline = time.monotonic() + 40
        while len(archive.images()) < 3 or running.spool.waiting():
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert set(archive.images()["patient"]) == set(archive.research_patient(["00123"]))


@pytest.mark.parametrize("limits", [SpoolLimits(keep_free_bytes=1 << 60), SpoolLimits(object_bytes=1000)])
def test_where_there_is_no_room_the_answer_is_out_of_resources(archive, limits):
    with node(archive, limits=limits) as running:
        assert store(to(running), slice_of("00123", 1, 1)) == 0xA700
        assert running.spool.waiting() == []
        assert list((running.spool.folder / "receiving").iterdir()) == []


def test_when_the_disk_takes_no_more_in_the_middle_of_an_object_it_is_not_acknowledged(archive):
    from hilum.pacs.peer import Peer

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    port = free_port()
    with node_process(archive, port, "--spool-only", preexec_fn=little_room):
        peer = Peer("node", "HILUM", "127.0.0.1", port, "SENDER")
        assert store(peer, slice_of("00123", 1, 1, size=512)) == 0xA700
        assert store(peer, slice_of("00123", 1, 2)) == 0x0000
    spool = spool_of(archive)
    assert len(spool.waiting()) == 1
    assert list((spool.folder / "receiving").iterdir()) == []


@pytest.mark.parametrize("uid", ["../../x", "/etc/passwd", "..", "a" * 64])
def test_a_uid_is_never_a_path(archive, tmp_path, uid):
    hostile = slice_of("00123", 1, 1)
    with quietly():
        hostile.SOPInstanceUID = uid
    before = {path for path in tmp_path.rglob("*") if "incoming" not in path.parts}
    with node(archive) as running:
        with quietly():
            store(to(running), hostile)
        assert all(path.parent == running.spool.folder for path in running.spool.waiting())
    assert {path for path in tmp_path.rglob("*") if "incoming" not in path.parts} == before


@settings(max_examples=50, deadline=None)
@given(instance=st.text(max_size=80))
def test_no_text_from_outside_becomes_part_of_a_path(tmp_path_factory, instance):
    from hilum.deid.keys import ResearchKeys
    from hilum.pacs.spool import Spool

    spool = Spool(tmp_path_factory.mktemp("s") / "incoming", ResearchKeys(bytes(32)))
    part = spool.part()
    part.write(b"bytes")
    kept = spool.keep(part, instance)
    assert kept.parent == spool.folder
    assert kept.name.replace("-", "").removesuffix(".dcm").isalnum()
    assert spool.intact(instance)


def test_an_object_that_is_not_the_one_announced_is_refused(archive):
    from pynetdicom.dimse_primitives import C_STORE

    data = slice_of("00123", 1, 1)
    context = build_context(data.SOPClassUID, data.file_meta.TransferSyntaxUID)
    with node(archive) as running, associated(to(running), [context]) as association:
        from io import BytesIO

        from pynetdicom.dsutils import encode

        request = C_STORE()
        request.MessageID, request.Priority = 1, 2
        request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = data.SOPClassUID, "1.2.3.4.5"
        request.DataSet = BytesIO(encode(data, False, True))
        association._reactor_checkpoint.clear()
        while not association._is_paused:
            time.sleep(0.001)
        association.dimse.send_msg(request, 1)
        _, answer = association.dimse.get_msg(block=True)
        association._reactor_checkpoint.set()
        assert answer.Status == 0xA900
        assert running.spool.waiting() == []


def test_the_same_object_twice_is_one_file_and_another_with_its_uid_is_kept_too(archive):
    other = slice_of("00123", 1, 1)
    other.StudyDescription = "ANOTHER"
    with node(archive) as running:
        for data in (slice_of("00123", 1, 1), slice_of("00123", 1, 1), other):
            assert store(to(running), data) == 0
        assert len(running.spool.waiting()) == 2


def test_a_damaged_file_in_the_spool_is_not_called_intact(archive):
    data = slice_of("00123", 1, 1)
    with node(archive) as running:
        store(to(running), data)
        (path,) = running.spool.waiting()
        assert running.spool.intact(data.SOPInstanceUID)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        assert not running.spool.intact(data.SOPInstanceUID)


def test_who_is_not_on_the_list_is_turned_away(archive):
    with node(archive, "CT1", "CT2@10.9.9.9", "CT3@127.0.0.0/8") as running:
        for title in ("CT1", "CT3"):
            assert echo(to(running, title=title)) == "node answers as HILUM"
        for title in ("STRANGER", "CT2"):
            with pytest.raises(PacsError, match=rf"does not know our AE title {title}"):
                echo(to(running, title=title))


def test_who_calls_us_by_another_name_is_turned_away(archive):
    import dataclasses

    with node(archive) as running:
        wrong = dataclasses.replace(to(running), ae_title="OTHER")
        with pytest.raises(PacsError, match=r"does not answer to the AE title OTHER"):
            echo(wrong)


@given(octet=st.integers(0, 255))
def test_an_address_is_admitted_exactly_where_it_was_said(octet):
    assert allowed("CT1@10.0.0.0/25").admits("CT1 ", f"10.0.0.{octet}") == (octet < 128)
    assert not allowed("CT1@10.0.0.0/25").admits("CT2", f"10.0.0.{octet}")


def test_storescu_of_dcmtk_sends_on_four_associations_at_once(archive, dcmtk, tmp_path):
    with node(archive) as running:
        senders = []
        for study in range(1, 5):
            series(tmp_path / str(study), "00123", study, 10)
            command = [dcmtk / "storescu", "-aec", "HILUM", "+sd", "127.0.0.1", str(running.server.port)]
            senders.append(subprocess.Popen([*command, tmp_path / str(study)]))
        assert [sender.wait(60) for sender in senders] == [0] * 4
        assert len(running.spool.waiting()) == running.server.received == 40


def test_a_pdu_of_four_gigabytes_ends_the_connection_before_it_is_read(archive):
    with node(archive) as running:
        with socket.create_connection(("127.0.0.1", running.server.port), 5) as caller:
            caller.sendall(struct.pack(">BBL", 1, 0, 0xFFFFFFF0))
            caller.settimeout(10)
            with contextlib.suppress(ConnectionError):
                assert caller.recv(100) == b""
        assert echo(to(running)) == "node answers as HILUM"


def test_noise_instead_of_dicom_does_not_disturb_others(archive):
    with node(archive) as running:
        for noise in (b"GET / HTTP/1.1\r\n\r\n", bytes(6), b"\x04\x00" + bytes(4), b"\xff" * 100):
            with socket.create_connection(("127.0.0.1", running.server.port), 5) as caller:
                caller.sendall(noise)
        assert echo(to(running)) == "node answers as HILUM"


def test_an_object_whose_end_never_comes_leaves_nothing(archive, tmp_path):
    data = slice_of("00123", 1, 1, size=512)
    with node(archive) as running:
        receiving = running.spool.folder / "receiving"
        context = build_context(data.SOPClassUID, data.file_meta.TransferSyntaxUID)
        with associated(to(running), [context]) as association:
            from pynetdicom.dimse_messages import C_STORE_RQ
            from pynetdicom.dimse_primitives import C_STORE

            request = C_STORE()
            request.MessageID, request.Priority = 1, 2
            request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = (
                data.SOPClassUID,
                data.SOPInstanceUID,
            )
            from io import BytesIO

            request.DataSet = BytesIO(bytes(300_000))
            message = C_STORE_RQ()
            message.primitive_to_message(request)
            for number, fragment in enumerate(message.encode_msg(1, 16384)):
                if number < 10:
                    association.dul.send_pdu(fragment)
            deadline = time.monotonic() + 10
            while not list(receiving.iterdir()):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            association.abort()
        deadline = time.monotonic() + 10
        while list(receiving.iterdir()):
            assert time.monotonic() < deadline, "the part was left"
            time.sleep(0.01)
        assert running.spool.waiting() == []
