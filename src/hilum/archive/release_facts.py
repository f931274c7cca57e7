"""Pathology and follow-up, checked against the class of a patient.

The criteria are those of the guideline for lung cancer images: malignant means proven by biopsy or surgery
(and a nodule of 4 mm at least, where its size is given); benign means proven by biopsy or surgery, or
unchanged for two years. The guideline names the two years for PET-CT and no time for X-ray and CT; the same
two years are asked for everywhere.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from hilum.archive.guideline import BENIGN, CLASS_WORDS, MALIGNANT
from hilum.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

UNCHANGED_DAYS, SMALLEST_MM = 730, 4.0
BIOPSY, SURGERY, FOLLOW_UP = "biopsy", "surgery", "follow-up"
_PROOFS = {
    **dict.fromkeys(("biopsy", "생검", "조직검사"), BIOPSY),
    **dict.fromkeys(("surgery", "operation", "수술"), SURGERY),
    **dict.fromkeys(("followup", "경과관찰"), FOLLOW_UP),
    **{word: word for word in ("ct", "pet", "petct")},
}
_COLUMNS = {
    "patient": ("patient", "patient_id", "research_patient", "research_id"),
    "class": ("class", "category", "label"),
    "proof": ("proof", "proven_by"),
    "proof_date": ("proof_date",),
    "unchanged_for_days": ("unchanged_for_days",),
    "followed_since": ("followed_since",),
    "follow_up_until": ("follow_up_until",),
    "nodule_mm": ("nodule_mm",),
}
Translate = Callable[[Sequence[str]], list[str | None]]


@dataclass(frozen=True)
class Fact:
    """What is known of a patient's class; no dates, since only intervals leave the house.

    Attributes:
        patient: the research identifier.
        of_class: `benign`, `malignant`, `normal` or empty.
        proofs: `biopsy`, `surgery`, `follow-up`, `ct`, `pet`.
        unchanged_for_days: how long nothing changed; None where this is not said.
        nodule_mm: the nodule's size; None where this is not said.
        unreadable: what could not be understood.

    Example:
        >>> Fact("P1", "benign", ("follow-up",), 365).lacks
        'benign without biopsy or surgery and not unchanged for 730 days'
    """

    patient: str
    of_class: str
    proofs: tuple[str, ...] = ()
    unchanged_for_days: int | None = None
    nodule_mm: float | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def lacks(self) -> str:
        """What the class needs and the facts do not show; empty where nothing is lacking."""
        if self.unreadable:
            return f"{' and '.join(self.unreadable)} cannot be understood"
        if not self.of_class:
            return "no class"
        proven = BIOPSY in self.proofs or SURGERY in self.proofs
        if self.of_class == MALIGNANT and not proven:
            return "malignant without biopsy or surgery"
        if self.of_class == MALIGNANT and self.nodule_mm is not None and self.nodule_mm < SMALLEST_MM:
            return f"malignant with a nodule under {SMALLEST_MM:g} mm"
        stable = self.unchanged_for_days is not None and self.unchanged_for_days >= UNCHANGED_DAYS
        if self.of_class == BENIGN and not proven and not stable:
            return f"benign without biopsy or surgery and not unchanged for {UNCHANGED_DAYS} days"
        return ""


def facts_of(table: "pd.DataFrame", patients: set[str], translate: Translate) -> list[Fact]:
    """Read the facts of the patients of a release from a table.

    Args:
        table: one row a patient or lesion; columns `patient`, `class`, and `proof`, `unchanged_for_days` (or
            `followed_since`, else `proof_date`, and `follow_up_until`), `nodule_mm` as far as they are known.
        patients: the research identifiers of the release; rows of others are passed over.
        translate: makes research identifiers of real ones, if the table names patients so.

    Raises:
        TableError: a column that is needed is missing, or none of the patients is in the table.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"patient": ["P1"], "class": ["malignant"], "proof": ["Biopsy"]})
        >>> facts_of(table, {"P1"}, lambda real: [None for _ in real])[0].lacks
        ''
    """
    columns = _columns(table)
    read = {name: _texts(table[column]) for name, column in columns.items()}
    named = read["patient"]
    if not patients & set(named):
        named = [found or "" for found in translate(named)]
    if not patients & set(named):
        raise TableError(
            "the table of facts names none of the patients of this release: is it the right one?"
        )
    lines = [{name: read[name][row] for name in read} | {"patient": named[row]} for row in range(len(named))]
    return [_fact(line) for line in lines if line["patient"] in patients]


def violations(facts: Iterable[Fact], patients: set[str]) -> dict[str, str]:
    """Which patients lack the proof that their class needs, by research identifier; those without facts too.

    Example:
        >>> violations([Fact("P1", "normal")], {"P1", "P2"})
        {'P2': 'no row in the table of facts'}
    """
    found: dict[str, str] = {}
    known = set()
    for fact in facts:
        known.add(fact.patient)
        if fact.lacks:
            found.setdefault(fact.patient, fact.lacks)
    return dict(sorted((found | dict.fromkeys(patients - known, "no row in the table of facts")).items()))


def facts_csv(facts: Sequence[Fact]) -> str:
    r"""The facts as they go into a package.

    Example:
        >>> facts_csv([Fact("P1", "benign", ("follow-up",), 800)])
        'patient,class,proof,unchanged_for_days,nodule_mm\nP1,benign,follow-up,800,\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patient", "class", "proof", "unchanged_for_days", "nodule_mm"))
    for fact in sorted(facts, key=lambda one: (one.patient, one.of_class, one.proofs)):
        size = "" if fact.nodule_mm is None else f"{fact.nodule_mm:g}"
        days = "" if fact.unchanged_for_days is None else fact.unchanged_for_days
        writer.writerow((fact.patient, fact.of_class, " and ".join(fact.proofs), days, size))
    return text.getvalue()


def _columns(table: "pd.DataFrame") -> dict[str, str]:
    there = {re.sub(r"[\s\-]+", "_", str(column).strip().lower()): str(column) for column in table.columns}
    found: dict[str, str] = {}
    for name, spellings in _COLUMNS.items():
        for spelling in spellings:
            if spelling in there:
                found.setdefault(name, there[spelling])
    for needed in ("patient", "class"):
        if needed not in found:
            raise TableError(f"the table of facts has no column `{needed}`: it names patient and class")
    return found


def _texts(column: "pd.Series") -> list[str]:
    from hilum.study.values import texts_of

    return [str(text or "").strip() for text in texts_of(column)]


def _fact(line: Mapping[str, str]) -> Fact:
    unreadable: list[str] = []

    def read(name: str, convert: Callable[[str], object]) -> object:
        text = line.get(name, "")
        try:
            return convert(text) if text else None
        except (ValueError, KeyError, OverflowError):
            unreadable.append(name)
            return None

    of_class = read("class", lambda text: CLASS_WORDS[text.lower()])
    proofs = read("proof", _proofs)
    days = read("unchanged_for_days", _whole)
    since = read("followed_since", _day) or read("proof_date", _day)
    until = read("follow_up_until", _day)
    size = read("nodule_mm", _size)
    if days is None and isinstance(since, date) and isinstance(until, date):
        days = (until - since).days
    return Fact(
        line["patient"],
        str(of_class or ""),
        proofs if isinstance(proofs, tuple) else (),
        days if isinstance(days, int) else None,
        size if isinstance(size, float) else None,
        tuple(unreadable),
    )


def _proofs(text: str) -> tuple[str, ...]:
    words = re.split(r"[,;+/&]|\band\b", text.lower())
    plain = [re.sub(r"[\s\-_]+", "", word) for word in words]
    return tuple(sorted({_PROOFS[word] for word in plain if word}))


def _whole(text: str) -> int:
    number = float(text)
    if number < 0 or number != int(number):
        raise ValueError
    return int(number)


def _size(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1000:
        raise ValueError
    return number


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ValueError
