"""The same table in every form that a clinic's computers give it."""

import datetime as dt
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import TableError
from hilum.study import read_table

ROWS = "환자번호{0}나이{0}진단{0}urea\n00123{0}71{0}폐렴{0}7.5\n00124{0}{0}정상{0}NA\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    file = tmp_path / "outcomes.csv"
    file.write_bytes(ROWS.format(delimiter).replace("\n", "\r\n").encode(encoding))
    table = read_table(file)
    assert list(table.columns) == ["환자번호", "나이", "진단", "urea"]
    assert table["환자번호"].tolist() == ["00123", "00124"]
    assert table["나이"].tolist()[0] == 71
    assert table["진단"].tolist() == ["폐렴", "정상"]
    assert np.isnan(table["나이"].tolist()[1])
    assert table["urea"].dtype == np.float64


def _workbook(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["patient_id", "chart", "days", "admission", "died", "note"])
    sheet.append(["00123", 42, 3, dt.datetime(2024, 1, 5), 1, "a"])  # noqa: DTZ001
    sheet.append(["124", 43, 30.0, dt.datetime(2024, 2, 5, 10, 30), 0, None])  # noqa: DTZ001
    sheet["B2"].number_format = sheet["B3"].number_format = "00000"
    sheet.append([None] * 6)
    book.save(path)


def test_excel_keeps_identifiers_numbers_and_dates(tmp_path):
    _workbook(tmp_path / "outcomes.xlsx")
    table = read_table(tmp_path / "outcomes.xlsx")
    assert table["patient_id"].tolist() == ["00123", "124"]
    assert table["chart"].tolist() == ["00042", "00043"]
    assert table["days"].tolist() == [3, 30]
    assert table["days"].dtype == np.int64
    assert table["admission"].tolist() == ["2024-01-05", "2024-02-05T10:30:00"]
    assert table["note"].tolist() == ["a", None]


def test_parquet_keeps_its_types(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["007", "8"],
            "n": [1.5, None],
            "day": pd.to_datetime(["2024-01-05", None]),
            "group": pd.Categorical(["a", "b"]),
            "ok": [True, False],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert table["id"].tolist() == ["007", "8"]
    assert table["day"].tolist() == ["2024-01-05", None]
    assert table["group"].tolist() == ["a", "b"]
    assert table["ok"].tolist() == [True, False]


def test_a_decimal_comma_is_a_number_only_between_semicolons(tmp_path):
    (tmp_path / "a.csv").write_text("id;urea\n1;7,5\n2;8\n")
    (tmp_path / "b.csv").write_text('id,urea\n1,"7,5"\n2,8\n')
    assert read_table(tmp_path / "a.csv")["urea"].tolist() == [7.5, 8.0]
    assert read_table(tmp_path / "b.csv")["urea"].tolist() == ["7,5", "8"]


def test_identifiers_longer_than_a_number_can_hold_stay_text(tmp_path):
    (tmp_path / "a.csv").write_text("id\n12345678901234567890\n12345678901234567891\n")
    assert read_table(tmp_path / "a.csv")["id"].nunique() == 2


BROKEN = {
    "a.csv": (b"id,id\n1,2\n", "two columns called `id`"),
    "b.csv": (b"id,\n1,2\n", "column 2 of b.csv has values but no name"),
    "c.csv": (b"id,age\n1,2,3\n", "line 2 of c.csv has 3 cells, but the heading row names 2"),
    "d.csv": (b"\n\n", "d.csv is empty"),
    "e.csv": (b"\xff\xff\xff\x00", "neither UTF-8 nor Korean"),
    "f.csv": (b'id,age\n1,"2\n', "cannot be read at line"),
    "g.xlsx": (b"not a zip", "not an Excel workbook"),
    "h.parquet": (b"PAR1 nothing", "not a Parquet file"),
    "i.xls": (b"", "no table that can be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_named_in_a_sentence(tmp_path, name):
    content, words = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=words):
        read_table(tmp_path / name)


def test_what_is_not_there_and_what_is_a_folder(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match="there is no table"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path / "folder.csv")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hilum.study.table_files.MOST_UNPACKED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 5000)
    with pytest.raises(TableError, match="too large when unpacked"):
        read_table(tmp_path / "bomb.xlsx")


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters='\r\n\x00"', exclude_categories=("C", "Z")), max_size=8
)


@given(st.lists(st.tuples(CELLS.map("x{}".format), CELLS), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back(tmp_path_factory, rows):
    import csv

    file = tmp_path_factory.mktemp("table") / "t.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("key", "value"), *rows])
    assert read_table(file)["key"].tolist() == [key for key, _ in rows]
