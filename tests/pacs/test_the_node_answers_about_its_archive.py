"""Who may, asks our archive with the programs of others, and hears of research identifiers only."""

import json
import logging
import re
import subprocess
import time
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from hilum.conduct.node_log import ANSWERED
from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs import answering
from hilum.pacs.allowed import allowed
from hilum.pacs.association import associated
from hilum.pacs.find import find
from hilum.pacs.query import Query
from pacs.nodes import node, store, to
from pacs.pictures import ROOT, slice_of

ASKER = (allowed("ASKER@127.0.0.1"),)


@pytest.fixture(scope="module")
def asked(held):
    """A node that may be asked, with the archive behind it."""
    with node(held, "SENDER", query=ASKER) as running:
        yield running


def ask(
    running, keys: dict[str, object], *, patient_root: bool = True, title: str = "ASKER"
) -> list[Dataset]:
    """The answers to one question."""
    asked, status = answers(running, keys, patient_root=patient_root, title=title)
    assert status == 0, hex(status or 1)
    return asked


def answers(running, keys, *, patient_root=True, title="ASKER", stop_after=None):
    """The answers to one question, and the last status; cancelled after so many."""
    identifier = keys if isinstance(keys, Dataset) else Dataset()
    if not isinstance(keys, Dataset):
        for keyword, value in keys.items():
            setattr(identifier, keyword, value)
    model = (
        PatientRootQueryRetrieveInformationModelFind
        if patient_root
        else StudyRootQueryRetrieveInformationModelFind
    )
    found, last = [], None
    with associated(to(running, title=title), [build_context(model)]) as association:
        for status, answer in association.send_c_find(identifier, model, msg_id=7):
            last = getattr(status, "Status", None)
            if last in (0xFF00, 0xFF01):
                found.append(answer)
            if stop_after is not None and len(found) == stop_after:
                association.send_c_cancel(7, None, model)
    return found, last


def study(asked, **keys: object) -> list[Dataset]:
    return ask(asked, {"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": "", **keys})


def test_each_level_is_answered_in_research_identifiers(asked, held):
    images = held.images()
    patients = ask(asked, {"QueryRetrieveLevel": "PATIENT", "PatientID": "", "PatientName": ""})
    assert [str(one.PatientID) for one in patients] == sorted(set(images["patient"]))
    assert all(one.PatientName == one.PatientID for one in patients)
    counted = study(asked, NumberOfStudyRelatedInstances="", NumberOfStudyRelatedSeries="", PatientID="")
    expected = images.groupby("study").size().to_dict()
    assert {str(one.StudyInstanceUID): one.NumberOfStudyRelatedInstances for one in counted} == expected
    chosen = images[images["modality"] == "CT"]["study"].iloc[0]
    below = {"QueryRetrieveLevel": "SERIES", "StudyInstanceUID": chosen, "SeriesInstanceUID": ""}
    (series,) = ask(asked, below | {"Modality": "", "SeriesNumber": "", "NumberOfSeriesRelatedInstances": ""})
    assert (series.Modality, series.SeriesNumber) == ("CT", 1)
    assert series.NumberOfSeriesRelatedInstances == expected[chosen]
    below = {"QueryRetrieveLevel": "IMAGE", "StudyInstanceUID": chosen, "SOPInstanceUID": ""}
    found = ask(asked, below | {"SeriesInstanceUID": series.SeriesInstanceUID, "InstanceNumber": ""})
    assert sorted(one.InstanceNumber for one in found) == list(range(1, expected[chosen] + 1))
    assert {one.RetrieveAETitle for one in found} == {"HILUM"}


def test_keys_match_as_the_standard_says(asked, held):
    images = held.images()
    patient, day = images["patient"].iloc[0], images["study_date"].iloc[0].replace("-", "")
    of = images[images["patient"] == patient]["study"].nunique()
    both = sorted(set(images["study"]))[:2]
    assert len(study(asked)) == images["study"].nunique()
    assert len(study(asked, PatientID=patient)) == of
    assert len(study(asked, PatientID=patient[:6] + "*")) == of
    assert len(study(asked, PatientID="?" + patient[1:])) == of
    assert study(asked, PatientID=patient[:6].lower() + "*") == []
    assert study(asked, PatientID=patient[:6] + "?") == []
    assert sorted(str(one.StudyInstanceUID) for one in study(asked, StudyInstanceUID=both)) == both
    assert {one.StudyDate for one in study(asked, StudyDate=day)} == {day}
    assert len(study(asked, StudyDate=f"-{day}")) + len(study(asked, StudyDate=f"{day}-")) >= len(
        study(asked)
    )
    assert study(asked, StudyDate="19000101-19000102") == []
    assert [list(one.ModalitiesInStudy) if not isinstance(one.ModalitiesInStudy, str) else
            one.ModalitiesInStudy for one in study(asked, ModalitiesInStudy="MR")] == ["MR"]  # fmt: skip
    keys = {"QueryRetrieveLevel": "IMAGE", "SOPInstanceUID": "", "InstanceNumber": "2"}
    assert {one.InstanceNumber for one in ask(asked, keys)} == {2}
    assert len(ask(asked, keys | {"InstanceNumber": "", "StudyTime": "1015"})) == len(images)
    assert ask(asked, keys | {"StudyTime": "1016-"}) == []


@pytest.mark.parametrize(
    "keys",
    [
        {"PatientID": "00123"},
        {"PatientID": "0*"},
        {"PatientName": "홍^길동"},
        {"PatientBirthDate": "19560131"},
        {"AccessionNumber": "ACC000001"},
        {"StudyInstanceUID": f"{ROOT}.1"},
    ],
)
def test_real_identifiers_match_nothing_though_the_vault_knows_them(asked, held, keys):
    assert held.research_patient(["00123"]) != [None]
    identifier = {"SpecificCharacterSet": "ISO_IR 192", "QueryRetrieveLevel": "STUDY"} | keys
    assert ask(asked, identifier) == []


def test_no_answer_holds_a_real_identifier(asked):
    wanted = (
        "PatientID PatientName PatientBirthDate PatientSex AccessionNumber StudyID StudyDescription "
        "StudyDate StudyTime StudyInstanceUID ReferringPhysicianName SeriesInstanceUID SOPInstanceUID"
    )
    found = ask(asked, {"QueryRetrieveLevel": "IMAGE"} | dict.fromkeys(wanted.split(), ""))
    assert len(found) == 8
    text = "".join(str(one) for one in found)
    for secret in ("홍", "길동", "ACC0", ROOT):
        assert secret not in text
    # Research identifiers are random digits, and now and then hold these in a longer number.
    assert not {"00123", "00124", "19560131"} & set(re.findall(r"\d+", text))


def test_a_key_that_is_not_known_is_passed_over_and_said(asked, held):
    identifier = {"QueryRetrieveLevel": "STUDY", "OtherPatientIDs": "x", "StudyInstanceUID": ""}
    data, model = Dataset(), StudyRootQueryRetrieveInformationModelFind
    for keyword, value in identifier.items():
        setattr(data, keyword, value)
    with associated(to(asked, title="ASKER"), [build_context(model)]) as association:
        statuses = [status.Status for status, _ in association.send_c_find(data, model)]
    assert statuses == [0xFF01] * held.images()["study"].nunique() + [0]


def test_who_may_only_send_may_not_ask_and_who_may_only_ask_may_not_send(asked):
    with pytest.raises(PacsError, match=r"does not offer"):
        find(to(asked, title="SENDER"), "STUDY", Query(patient_id="x"))
    with pytest.raises(PacsError, match=r"does not know our AE title STRANGER"):
        find(to(asked, title="STRANGER"), "STUDY", Query(patient_id="x"))
    assert store(to(asked, title="ASKER"), slice_of("00123", 9, 1)) == 0x0124
    assert store(to(asked, title="SENDER"), slice_of("00123", 9, 1)) == 0
    for waiting in asked.spool.waiting():
        waiting.unlink()
    assert list((asked.spool.folder / "receiving").iterdir()) == []


def test_without_being_told_nobody_may_ask(held):
    with node(held) as running, pytest.raises(PacsError, match=r"does not offer"):
        find(to(running), "STUDY", Query(patient_id="x"))


def test_every_question_is_recorded_without_its_values(asked, held, caplog):
    caplog.set_level(logging.DEBUG)
    patient = held.images()["patient"].iloc[0]
    study(asked, PatientID=patient)
    with quietly():
        answers(asked, {"QueryRetrieveLevel": "STUDY", "StudyDate": "Hong Gildong"})
    path = held.workspace.root / "pulls" / ANSWERED
    first, second = map(json.loads, path.read_text().splitlines()[-2:])
    assert (first["by"], first["address"], first["level"], first["answers"]) == (
        "ASKER",
        "127.0.0.1",
        "STUDY",
        held.images().groupby("patient")["study"].nunique()[patient],
    )
    assert second["status"] == "refused: a key of the question is no date or range of dates"
    for secret in (patient, "Gildong", "00123"):
        assert secret not in path.read_text() + caplog.text
    assert path.stat().st_mode & 0o077 == 0


def test_a_cancel_ends_the_answers(asked, held, monkeypatch):
    usual = answering.answer_as_dataset

    def slowly(question, answer, ae_title):  # so that the cancel comes in time
        time.sleep(0.2)
        return usual(question, answer, ae_title)

    monkeypatch.setattr(answering, "answer_as_dataset", slowly)
    keys = {"QueryRetrieveLevel": "IMAGE", "SOPInstanceUID": ""}
    found, status = answers(asked, keys, stop_after=1)
    assert status == 0xFE00
    assert 1 <= len(found) < len(held.images())


def test_findscu_of_dcmtk_is_answered_at_study_level(asked, held, dcmtk, tmp_path):
    command = [dcmtk / "findscu", "-S", "-aet", "ASKER", "-aec", "HILUM", "-X", "-od", tmp_path]
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "-k", "ModalitiesInStudy=CT"]
    subprocess.run([*command, *keys, "127.0.0.1", str(asked.server.port)], check=True, timeout=30)
    images = held.images()
    assert len(list(Path(tmp_path).iterdir())) == images[images["modality"] == "CT"]["study"].nunique()
