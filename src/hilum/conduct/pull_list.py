"""The list of what to fetch, as an electronic record gives it: patients or accessions, dates, kinds."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hilum.errors import PacsError, TableError
from hilum.pacs.query import Query
from hilum.study.table_files import TextRows, csv_rows, excel_rows

_HEADINGS = {
    "patient": "patientid patient pid mrn chartno hospitalid 등록번호 환자번호 환자등록번호 병록번호 환자id "
    "차트번호",
    "accession": "accession accessionnumber accessionno orderno 접수번호 검사번호 처방번호 오더번호 "
    "accession번호",
    "date": "date studydate examdate examinationdate 검사일 검사일자 촬영일 촬영일자 시행일 시행일자 날짜",
    "date_from": "datefrom from startdate 시작일 시작일자 조회시작일",
    "date_to": "dateto to enddate until 종료일 종료일자 조회종료일",
    "modality": "modality modalities 모달리티 검사종류 검사구분 장비 장비구분",
}
_KINDS = {word: kind for kind, words in _HEADINGS.items() for word in words.split()}
_MODALITIES = {
    "XRAY": ("CR", "DX"),
    "CXR": ("CR", "DX"),
    "MRI": ("MR",),
    "PET": ("PT",),
    "PETCT": ("PT", "CT"),
}
_DATE = re.compile(r"(\d{4})[-./년\s]*(\d{1,2})[-./월\s]*(\d{1,2})일?(?:[T\s].*)?")
_RESIDENT_NUMBER = re.compile(r"\d{6}-?[1-8]\d{6}")
_WILD = re.compile(r"[*?\\]")
MOST_ROWS, _MOST_COLUMNS, _MOST_BYTES = 100_000, 200, 64 << 20


@dataclass(frozen=True)
class PullRow:
    """One row of the list.

    Attributes:
        number: counted from 1 below the headings; the only name of a row in logs and results.
        query: what to ask for; None where the row cannot be understood.
        problem: why it cannot; empty where it can.
    """

    number: int
    query: Query | None
    problem: str = ""


@dataclass(frozen=True)
class PullList:
    """A list that was read.

    Attributes:
        rows: in their order.
        digest: SHA-256 of the file.
        columns: which column was taken for what.
        remarks: what looks odd and a person should look at; no identifiers.
    """

    rows: tuple[PullRow, ...]
    digest: bytes
    columns: dict[str, str]
    remarks: tuple[str, ...]

    @property
    def problems(self) -> list[str]:
        """What must be corrected, by row number."""
        return [f"row {row.number}: {row.problem}" for row in self.rows if row.problem]


def read_list(path: Path, modalities: Sequence[str] = (), days: int = 0) -> PullList:
    r"""Read a list from CSV or Excel; headings in English or Korean are guessed.

    Args:
        path: the table. It needs a column of patients or of accession numbers.
        modalities: fetch these only, in rows that do not name their own.
        days: how many days before and after the date of a row are asked for as well.

    Raises:
        TableError: the table cannot be read, or its columns cannot be told.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "list.csv"
        >>> _ = path.write_text("등록번호,검사일자\n00123,2024-03-01\n", encoding="utf-8")
        >>> read_list(path, ["CT"], days=1).rows[0].query.date_range
        '20240229-20240302'
    """
    table = _as_text(path)
    if not table.cells:
        raise TableError(f"{path.name} has no row below its headings")
    columns = _columns(table.names, path.name)
    places = {kind: table.names.index(name) for kind, name in columns.items()}
    texts = {kind: [cells[place].strip() for cells in table.cells] for kind, place in places.items()}
    rows = tuple(
        _row(number, {kind: values[number - 1] for kind, values in texts.items()}, modalities, days)
        for number in range(1, len(table.cells) + 1)
    )
    return PullList(rows, hashlib.sha256(path.read_bytes()).digest(), columns, tuple(_remarks(rows, texts)))


def _as_text(path: Path) -> TextRows:
    """The table as it was typed: an identifier such as 00123 or 12E5 is never taken for a number."""
    if not path.is_file():
        raise TableError(f"there is no list {path}: correct the path")
    if path.stat().st_size > _MOST_BYTES:
        raise TableError(f"{path.name} is too large for a list")
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return excel_rows(path, MOST_ROWS, _MOST_COLUMNS)
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            return csv_rows(path, MOST_ROWS)
    except OSError as error:
        raise TableError(f"{path.name} cannot be read ({error.strerror or 'damaged file'})") from None
    raise TableError(f"{path.name} is no list that can be read: save it as CSV (.csv) or Excel (.xlsx)")


def _columns(names: Sequence[str], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        kind = _KINDS.get(re.sub(r"[\s_\-().#]+", "", name).casefold())
        if kind is None:
            continue
        if kind in found:
            raise TableError(f"{file} has two columns for {kind}, `{found[kind]}` and `{name}`: leave one")
        found[kind] = name
    if "patient" not in found and "accession" not in found:
        raise TableError(
            f"{file} has no column for patients or accession numbers: call it patient_id or accession"
        )
    return found


def _row(number: int, told: dict[str, str], modalities: Sequence[str], days: int) -> PullRow:
    try:
        return PullRow(number, _query(told, modalities, days))
    except (PacsError, ValueError) as error:
        return PullRow(number, None, str(error))


def _query(told: dict[str, str], modalities: Sequence[str], days: int) -> Query:
    patient, accession = told.get("patient", ""), told.get("accession", "")
    if not patient and not accession:
        raise ValueError("neither patient nor accession number is given")
    if _RESIDENT_NUMBER.fullmatch(patient):
        raise ValueError("the patient is named by what looks like a resident registration number")
    on = _day(told.get("date", ""))
    first, last = _day(told.get("date_from", "")) or on, _day(told.get("date_to", "")) or on
    if first and last and first > last:
        raise ValueError("its first date is after its last date")
    around = timedelta(days=days)
    return Query(
        patient_id=patient,
        accession=accession,
        date_from=f"{first - around:%Y%m%d}" if first else "",
        date_to=f"{last + around:%Y%m%d}" if last else "",
        modalities=modality_words(told.get("modality", "")) or tuple(modalities),
    )


def modality_words(text: str) -> tuple[str, ...]:
    """Modalities as DICOM writes them, from how people write them.

    Raises:
        ValueError: a word is no modality.

    Example:
        >>> modality_words("PET-CT, x-ray")
        ('PT', 'CT', 'CR', 'DX')
    """
    found: list[str] = []
    for word in filter(None, re.split(r"[,;/+\s]+", text.upper().replace("PET/CT", "PETCT"))):
        plain = word.replace("-", "")
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,15}", plain):
            raise ValueError("a modality is not written as DICOM writes it, such as CT")
        found += _MODALITIES.get(plain, (plain,))
    return tuple(dict.fromkeys(found))


def _day(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else _unreadable()
    except ValueError:
        return _unreadable()


def _unreadable() -> date:
    raise ValueError("a date cannot be read: write it as 2024-03-01")


def _remarks(rows: Sequence[PullRow], texts: dict[str, list[str]]) -> list[str]:
    remarks = []
    readable = [row.query for row in rows if row.query is not None]
    if doubled := len(readable) - len({replace(query, modalities=()) for query in readable}):
        remarks.append(f"{doubled} rows ask for the same as another row")
    if undated := sum(not query.date_range and not query.accession for query in readable):
        remarks.append(f"{undated} rows have no date: all examinations of the patient will be fetched")
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y%m%d}"
    if ahead := sum(query.date_from > tomorrow for query in readable):
        remarks.append(f"{ahead} rows have a date in the future")
    lengths = {len(text) for text in texts.get("patient", []) if text.isdigit()}
    if len(lengths) > 1:
        remarks.append(
            f"patient identifiers have {min(lengths)} to {max(lengths)} digits: see that Excel has not cut "
            "leading zeros"
        )
    return remarks
