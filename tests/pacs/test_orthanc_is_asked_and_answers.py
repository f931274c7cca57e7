"""Query, move, get, store and DICOMweb with a real Orthanc, open and encrypted."""

import dataclasses

import pydicom
import pytest

from hilum.conduct.node import spool_of
from hilum.errors import PacsError
from hilum.pacs.echo import echo
from hilum.pacs.find import find
from hilum.pacs.peer import Peer, Tls
from hilum.pacs.query import Query
from hilum.pacs.retrieve import Retrieved, get, move
from hilum.pacs.store import send
from hilum.pacs.web import web_echo, web_find, web_get, web_send
from pacs.nodes import node, to
from pacs.pictures import jpeg_picture, series


def _study(peer: Peer, patient: str) -> str:
    (found,) = find(peer, "STUDY", Query(patient_id=patient))
    return found["StudyInstanceUID"]


def test_it_gives_a_sign_of_life(orthanc):
    assert echo(orthanc.peer) == "orthanc answers as ORTHANC"


def test_what_was_sent_is_found_at_every_level(orthanc, tmp_path):
    sent = send(orthanc.peer, series(tmp_path, "00123", 1, 3) + series(tmp_path, "00124", 2, 2))
    assert [one.problem for one in sent] == [""] * 5
    assert len(orthanc.ask("/instances")) == 5
    (patient,) = find(orthanc.peer, "PATIENT", Query(patient_id="00123"))
    assert patient["PatientName"] == "홍^길동"
    (study,) = find(orthanc.peer, "STUDY", Query(patient_id="00123"))
    assert (study["AccessionNumber"], study["ModalitiesInStudy"]) == ("ACC000001", "CT")
    (one,) = find(orthanc.peer, "SERIES", Query(study=study["StudyInstanceUID"]))
    asked = Query(study=study["StudyInstanceUID"], series=one["SeriesInstanceUID"])
    images = find(orthanc.peer, "IMAGE", asked)
    assert sorted(image["InstanceNumber"] for image in images) == ["1", "2", "3"]


def test_dates_accession_numbers_and_modalities_narrow_the_question(orthanc, tmp_path):
    send(orthanc.peer, series(tmp_path, "00123", 1, 1) + series(tmp_path, "00123", 2, 1, modality="MR"))

    def dates(**asked: str | tuple[str, ...]) -> list[str]:
        return sorted(found["StudyDate"] for found in find(orthanc.peer, "STUDY", Query(**asked)))

    assert dates(patient_id="00123") == ["20240302", "20240303"]
    assert dates(patient_id="00123", date_from="20240303") == ["20240303"]
    assert dates(patient_id="00123", date_to="20240302") == ["20240302"]
    assert dates(accession="ACC000002") == ["20240303"]
    assert dates(patient_id="00123", modalities=("CT", "PT")) == ["20240302"]
    assert dates(patient_id="0012") == []


def test_a_move_brings_a_study_to_our_node_byte_for_byte(orthanc, archive, tmp_path):
    files = series(tmp_path, "00123", 1, 4)
    send(orthanc.peer, files)
    with node(archive, "ORTHANC", port=orthanc.our_port) as running:
        moved = move(orthanc.peer, _study(orthanc.peer, "00123"))
        assert moved == Retrieved(4, 0)
        kept = {pydicom.dcmread(path).InstanceNumber: path for path in running.spool.waiting()}
    for path in files:
        source = pydicom.dcmread(path)
        assert pydicom.dcmread(kept[source.InstanceNumber]) == source


def test_a_move_to_a_title_that_it_does_not_know_is_told(orthanc, tmp_path):
    send(orthanc.peer, series(tmp_path, "00123", 1, 1))
    stranger = dataclasses.replace(orthanc.peer, own_ae_title="STRANGER")
    with pytest.raises(PacsError, match=r"orthanc (broke off|ended) C-MOVE"):
        move(stranger, _study(orthanc.peer, "00123"))


def test_a_get_brings_a_study_over_the_same_association(orthanc, archive, tmp_path):
    send(orthanc.peer, series(tmp_path, "00123", 1, 3))
    spool = spool_of(archive)
    assert get(orthanc.peer, spool, _study(orthanc.peer, "00123")) == Retrieved(3, 0)
    assert len(spool.waiting()) == 3


def test_dicomweb_finds_fetches_and_stores_compressed_objects_as_they_are(orthanc, archive, tmp_path):
    picture = jpeg_picture(tmp_path / "picture.dcm", "00125", 7)
    assert web_echo(orthanc.web).startswith("web answers at")
    assert [one.problem for one in web_send(orthanc.web, [picture])] == [""]
    assert web_find(orthanc.web, "STUDY", Query(patient_id="nobody")) == []
    (study,) = find(orthanc.web, "STUDY", Query(patient_id="00125"))
    (one,) = find(orthanc.web, "SERIES", Query(study=study["StudyInstanceUID"]))
    asked = Query(study=study["StudyInstanceUID"], series=one["SeriesInstanceUID"])
    spool = spool_of(archive)
    assert web_get(orthanc.web, spool, find(orthanc.web, "IMAGE", asked)) == 1
    (kept,) = map(pydicom.dcmread, spool.waiting())
    source = pydicom.dcmread(picture)
    assert kept.file_meta.TransferSyntaxUID == source.file_meta.TransferSyntaxUID
    assert kept.PixelData == source.PixelData
    assert str(kept.PatientName) == "홍^길동"


def test_a_dicomweb_server_that_is_not_there_is_told_in_a_sentence(orthanc):
    with pytest.raises(PacsError, match=r"web answered 404: there is no such thing"):
        web_echo(dataclasses.replace(orthanc.web, url=orthanc.web.url + "/nowhere"))
    with pytest.raises(PacsError, match=r"web cannot be reached"):
        web_echo(dataclasses.replace(orthanc.web, url="http://127.0.0.1:9/dicom-web"))


def test_encrypted_both_ways(encrypted_orthanc, archive, certificates, tmp_path):
    peer = encrypted_orthanc.peer
    assert echo(peer) == "orthanc answers as ORTHANC, encrypted"
    send(peer, series(tmp_path, "00123", 1, 2))
    with node(archive, "ORTHANC", port=encrypted_orthanc.our_port, tls=certificates["server"]) as running:
        assert move(peer, _study(peer, "00123")) == Retrieved(2, 0)
        assert len(running.spool.waiting()) == 2


def test_a_peer_that_cannot_prove_who_it_is_gets_nothing(archive, certificates):
    with node(
        archive, tls=Tls(None, certificates["server"].certificate, certificates["server"].key)
    ) as running:
        with pytest.raises(PacsError, match=r"shows a certificate that is not trusted"):
            echo(to(running, Tls()))
        assert echo(to(running, Tls(ca=certificates["client"].ca))) == "node answers as HILUM, encrypted"
        assert echo(to(running, Tls(verify=False))) == "node answers as HILUM, encrypted"


def test_a_caller_without_certificate_is_turned_away_where_one_is_demanded(archive, certificates):
    with node(archive, tls=certificates["server"]) as running:
        with pytest.raises(PacsError):
            echo(to(running, Tls(ca=certificates["client"].ca)))
        with pytest.raises(PacsError, match=r"expects an encrypted connection"):
            echo(to(running))
        assert echo(to(running, certificates["client"])) == "node answers as HILUM, encrypted"
