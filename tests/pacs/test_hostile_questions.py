"""A question may be anything: it is answered or refused, quickly, and the next one is answered as ever."""

import contextlib
import fnmatch
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.dsutils import encode
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import StorageCommitmentPushModel, StudyRootQueryRetrieveInformationModelFind
from sqlalchemy import literal, select

from hilum.archive.index import reading
from hilum.conduct import node_answers
from hilum.conduct.node_conditions import _like
from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.allowed import allowed
from hilum.pacs.association import associated
from hilum.pacs.echo import echo
from hilum.pacs.matching import Match, match_of
from hilum.pacs.question import Question, QuestionError, decoded, question_of
from pacs.nodes import node, to

MODEL = StudyRootQueryRetrieveInformationModelFind
LONG = "*?" * 60 + "b"


@pytest.fixture(scope="module")
def asked(held):
    with node(held, "SENDER", query=(allowed("ASKER"),)) as running:
        yield running


def _asked(keys: dict[str, object]) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel, identifier.StudyInstanceUID = "STUDY", ""
    with quietly():
        for keyword, value in keys.items():
            setattr(identifier, keyword, value)
    return identifier


def _status(running, identifier: Dataset) -> tuple[int, int]:
    """How many answers came, and the last status."""
    peer, contexts = to(running, title="ASKER"), [build_context(MODEL, ExplicitVRLittleEndian)]
    with quietly(), associated(peer, contexts) as association:
        statuses = [getattr(status, "Status", -1) for status, _ in association.send_c_find(identifier, MODEL)]
    return len(statuses) - 1, statuses[-1]


def _another_representation(representation: str, value: object) -> Dataset:
    identifier = _asked({})
    with quietly():
        identifier[0x00100020] = DataElement(0x00100020, representation, value)
    return identifier


def _deep(levels: int) -> Dataset:
    inner = Dataset()
    inner.CodeValue = "x"
    for _ in range(levels):
        outer = Dataset()
        outer.ConceptCodeSequence = Sequence([inner])
        inner = outer
    return inner


EVERYTHING = (
    _asked({"PatientID": "*" * 500}),
    _asked({"StudyDate": "*"}),
    _asked({"ConceptCodeSequence": Sequence([_deep(30)])}),
)


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        (_asked({"PatientID": LONG}), 0),
        (EVERYTHING[0], 0),
        (_asked({"PatientID": "?" * 500}), 0xA900),
        (_asked({"PatientID": "' OR 1=1 --"}), 0),
        (_asked({"PatientID": "%"}), 0),
        (_asked({"PatientID": "[A-Z]*"}), 0),
        (_asked({"StudyInstanceUID": [f"1.2.{number}" for number in range(4_000)]}), 0),
        (_asked({"StudyInstanceUID": [f"1.2.{number}" for number in range(12_000)]}), 0xA900),
        (_asked({"StudyInstanceUID": ["1.2.840.10008." + "1" * 45] * 20_000}), 0xA700),
        (_asked({"StudyDate": "20240101-20240102-20240103"}), 0xA900),
        (EVERYTHING[1], 0),
        (_asked({"QueryRetrieveLevel": "PATIENT"}), 0xA900),
        (_asked({"QueryRetrieveLevel": "EVERYTHING"}), 0xA900),
        (_another_representation("US", 7), 0xA900),
        (_another_representation("SQ", [Dataset()]), 0xA900),
        (_another_representation("UN", b"P0\0\xff"), 0),
        (EVERYTHING[2], 0),
    ],
)
def test_odd_questions_have_an_honest_end(asked, held, identifier, status):
    begun = time.monotonic()
    count, last = _status(asked, identifier)
    assert last == status
    assert time.monotonic() - begun < 5
    assert count in (0, held.images()["study"].nunique())
    assert (count > 0) == (status == 0 and identifier in EVERYTHING)
    assert echo(to(asked, title="ASKER")) == "node answers as HILUM"


def test_more_answers_than_allowed_are_refused_not_cut(asked, held, monkeypatch):
    monkeypatch.setattr(node_answers, "MOST_ANSWERS", 2)
    assert _status(asked, _asked({})) == (0, 0xA700)
    patient = held.images()["patient"].iloc[0]
    assert _status(asked, _asked({"PatientID": patient}))[1] == 0


@pytest.mark.parametrize("service", [MODEL, StorageCommitmentPushModel])
def test_nothing_deflated_is_taken_which_a_few_bytes_could_make_gigabytes(asked, service):
    peer = to(asked, title="ASKER" if service == MODEL else "SENDER")
    context = build_context(service, DeflatedExplicitVRLittleEndian)
    with pytest.raises(PacsError, match=r"does not offer"), associated(peer, [context]):
        pass


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), implicit=st.booleans())
def test_any_bytes_are_a_question_or_none(data, implicit):
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    head = encode(_asked({}), implicit, True)
    for bytes_ in (data, head[:8] + data, head + data, head[: len(data) % len(head)]):
        with contextlib.suppress(QuestionError):
            assert isinstance(question_of(decoded(BytesIO(bytes_), syntax), "PATIENT"), Question)


_PATTERN, _TEXT = st.text("aB*?[]%_\\^-", max_size=12), st.text("aAB[]%_\\^-", max_size=10)


@settings(max_examples=150, deadline=None)
@given(pattern=_PATTERN, text=_TEXT)
def test_the_databases_match_patterns_as_the_standard_does(held, pattern, text):
    expected = fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))
    assert Match("pattern", (pattern,)).fits(text) == expected
    with reading(held.engine) as connection:
        found = connection.execute(select(_like(literal(text), pattern, held.engine.dialect.name))).scalar()
    assert bool(found) == expected


@given(text=st.text("0123456789-.: *?", max_size=20), form=st.sampled_from(["date", "time", "uid", "number"]))
def test_values_are_read_or_refused(text, form):
    try:
        match = match_of(form, [text])
    except PacsError:
        return
    assert match is None or match.values


def test_a_pattern_never_takes_long():
    begun = time.monotonic()
    assert not Match("pattern", ("*a" * 60 + "b",)).fits("a" * 5_000)
    assert time.monotonic() - begun < 1
