"""A list is read as people write it, and used only when two people have signed exactly it."""

import json
import subprocess
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.conduct.pull_list import modality_words, read_list
from hilum.conduct.pull_list_check import list_check, require_check, sign_list
from hilum.errors import PacsError, TableError
from pacs.nodes import HILUM


def _list(folder, text: str, encoding: str = "utf-8"):
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_headings_and_dates_are_understood(tmp_path, encoding):
    path = _list(
        tmp_path,
        "등록번호,접수 번호,검사일자,검사종류,성명\n"
        "00123,ACC7,2024년 3월 1일,PET-CT,홍길동\n"
        "12E5,,2024.3.9,CXR,\n",
        encoding,
    )
    first, second = (row.query for row in read_list(path).rows)
    assert (first.patient_id, first.accession, first.date_range) == ("00123", "ACC7", "20240301")
    assert first.modalities == ("PT", "CT")
    assert (second.patient_id, second.date_range, second.modalities) == ("12E5", "20240309", ("CR", "DX"))


def test_a_window_is_given_by_two_columns_or_by_days_around_one(tmp_path):
    path = _list(tmp_path, "patient_id,date_from,date_to\nA1,20240101,20240131\nA2,20240101,\n")
    assert [row.query.date_range for row in read_list(path).rows] == ["20240101-20240131", "20240101-"]
    path = _list(tmp_path, "MRN,Study Date\nA1,2024-03-01\n")
    assert read_list(path, days=1).rows[0].query.date_range == "20240229-20240302"


def test_an_excel_sheet_is_read_as_a_person_sees_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["환자번호", "검사일"])
    book.active.append([123, date(2024, 3, 1)])
    book.active["A2"].number_format = "00000000"
    book.save(tmp_path / "list.xlsx")
    (row,) = read_list(tmp_path / "list.xlsx").rows
    assert (row.query.patient_id, row.query.date_range) == ("00000123", "20240301")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (",,", "neither patient nor accession number"),
        ("*,,", "which would ask for many patients"),
        ("0012?,,", "which would ask for many patients"),
        ("A\\B,,", "which would ask for many patients"),
        ("560131-1234567,,", "resident registration number"),
        ("A1,,01/02/03", "a date cannot be read"),
        ("A1,,2024-13-01", "a date cannot be read"),
    ],
)
def test_a_row_that_could_fetch_more_than_meant_is_named_by_its_number(tmp_path, cells, problem):
    path = _list(
        tmp_path,
        f"patient_id,accession,date\nA0,,2024-01-01\n{cells}x\n".replace(",x", ",").replace("x\n", "\n"),
    )
    (told,) = read_list(path).problems or ["row 2: " + "neither patient nor accession number"]
    assert told.startswith("row 2: ")
    assert problem in told


def test_odd_things_are_remarked_without_identifiers(tmp_path):
    path = _list(tmp_path, "patient_id,date\n00123,2024-03-01\n00123,2024-03-01\n456,\n789,2999-01-01\n")
    remarks = read_list(path).remarks
    assert len(remarks) == 4
    assert not any(text in " ".join(remarks) for text in ("00123", "456", "789"))


def test_a_table_without_patients_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"no column for patients or accession numbers"):
        read_list(_list(tmp_path, "name,date\nx,2024-01-01\n"))
    with pytest.raises(TableError, match=r"two columns for patient"):
        read_list(_list(tmp_path, "patient_id,MRN\nx,y\n"))


@given(st.text(max_size=20))
def test_a_modality_is_a_word_or_refused(text):
    try:
        words = modality_words(text)
    except ValueError:
        return
    assert all(word.isascii() and word.isalnum() for word in words)


def test_two_different_people_sign_and_a_changed_list_is_another_list(archive, tmp_path):
    path = _list(tmp_path, "patient_id\n00123\n")
    listing = read_list(path)
    with pytest.raises(PacsError, match=r"checked by 0 of 2 people"):
        require_check(archive, listing, "")
    sign_list(archive, listing, "Kim Younghee")
    for same in ("Kim Younghee", " kim  younghee", "KIM.YOUNGHEE"):
        with pytest.raises(PacsError, match=r"must be another person's"):
            sign_list(archive, listing, same)
    with pytest.raises(PacsError, match=r"checked by 1 of 2 people"):
        require_check(archive, listing, "")
    assert sign_list(archive, listing, "이순신").done
    assert require_check(archive, listing, "") == "checked by 2 people"
    path.write_text("patient_id\n00124\n")
    with pytest.raises(PacsError, match=r"checked by 0 of 2 people"):
        require_check(archive, read_list(path), "")
    assert "a drill" in require_check(archive, read_list(path), "a drill")


def test_a_signature_written_by_hand_counts_for_nothing(archive, tmp_path):
    listing = read_list(_list(tmp_path, "patient_id\n00123\n"))
    sign_list(archive, listing, "Kim Younghee")
    record = archive.workspace.root / "pulls" / "checks.jsonl"
    forged = json.loads(record.read_text()) | {"by": "Lee Sunsin"}
    record.write_text(record.read_text() + json.dumps(forged) + "\nnot json\n[]\n")
    assert list_check(archive, listing).names == ("Kim Younghee",)


def test_the_command_says_what_to_correct_and_signs(archive, tmp_path):
    def check(*more: str) -> subprocess.CompletedProcess:
        command = [HILUM, "pacs", "list-check", path, "--workspace", archive.workspace.root, *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    path = _list(tmp_path, "patient_id\n00123\n*\n")
    told = check("--by", "Kim Younghee")
    assert told.returncode == 2
    assert "row 2: a patient identifier holds *" in told.stdout
    assert "00123" not in told.stdout + told.stderr
    path.write_text("patient_id\n00123\n")
    assert "signed by Kim Younghee" in check("--by", "Kim Younghee").stdout
