"""Free questions for studies: what is asked, which answers fit, and how long they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.errors import PacsError
from hilum.pacs.studies_asked import StudyQuestion
from hilum.serving.failures import Refusal
from hilum.serving.images import pacs_answers
from hilum.serving.images.pacs_answers import AnswerShelf, as_list

WORDS = st.lists(st.text("abcKIM홍길동-'", min_size=2, max_size=6), min_size=1, max_size=3)


@given(words=WORDS, between=st.sampled_from(["^", " ", "^^", ", "]))
def test_a_name_fits_whoever_is_called_so_and_asks_for_nobody_else(words, between):
    question = StudyQuestion(patient_name=between.join(words))
    pattern = question.keys("STUDY")["PatientName"]
    assert pattern.replace("*", "") == "".join(words)
    assert question.fits("STUDY", {"PatientName": "^".join(words).upper()})
    assert not question.fits("STUDY", {"PatientName": "^".join(words)[1:]})


@pytest.mark.parametrize("name", ["*", "?im", "k", "김", " k ", "a\\b", "hong=gil"])
def test_a_name_that_would_match_many_is_refused(name):
    with pytest.raises(PacsError):
        StudyQuestion(patient_name=name)


def test_a_description_is_looked_for_among_the_answers_and_never_asked():
    question = StudyQuestion(date_from="20240101", description="Chest low")
    assert set(question.keys("STUDY")) == {"StudyDate"}
    assert question.fits("STUDY", {"StudyDate": "20240102", "StudyDescription": "LOW DOSE CHEST CT"})
    assert not question.fits("STUDY", {"StudyDate": "20240102", "StudyDescription": "CHEST CT"})
    assert not question.fits("STUDY", {"StudyDate": "20231231", "StudyDescription": "LOW DOSE CHEST CT"})


def test_answers_are_kept_for_who_asked_and_for_an_hour(monkeypatch):
    shelf, clock = AnswerShelf(), [1000.0]
    monkeypatch.setattr(pacs_answers.time, "monotonic", lambda: clock[0])
    kept = [shelf.keep(1, "pacs", (), [{"PatientID": str(number)}]) for number in range(8)]
    with pytest.raises(Refusal):
        shelf.find(kept[0].id, 1)  # a person's oldest go first
    assert shelf.find(kept[-1].id, 1) is kept[-1]
    with pytest.raises(Refusal):
        shelf.find(kept[-1].id, 2)
    clock[0] += pacs_answers.KEPT_SECONDS + 1
    with pytest.raises(Refusal):
        shelf.find(kept[-1].id, 1)


def test_a_list_holds_each_examination_once_and_only_what_can_be_fetched():
    answers = [
        {"PatientID": "00123", "AccessionNumber": "A1", "StudyDate": "20240302"},
        {"PatientID": "00123", "AccessionNumber": "A1", "StudyDate": "20240302"},
        {"PatientID": "", "AccessionNumber": "", "StudyDate": "20240301"},
    ]
    kept = AnswerShelf().keep(1, "pacs", ("CT", "PT"), answers)
    text = as_list(kept, [1, 2]).decode()
    assert text == 'patient_id,accession,date,modality\n00123,A1,20240302,"CT,PT"\n'
    with pytest.raises(Refusal, match="neither patient"):
        as_list(kept, [])
    with pytest.raises(Refusal, match="not among"):
        as_list(kept, [4])
