"""Which columns of a product's or a doctor's table hold the case, the opinions, and who gave them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hilum.errors import TableError
from hilum.evaluation.inputs.risk_columns import risk_column_in_days
from hilum.readers.product_names import (
    APART_NAMES,
    BESIDE_NAMES,
    CASE_NAMES,
    DECISION_NAMES,
    FINDING_ENDINGS,
    PLACE_NAMES,
    SCORE_NAMES,
)
from hilum.readers.scores.names import plain_name
from hilum.study import did_you_mean

OPINION = re.compile(r"^(score|decision|risk|value|score_.+|decision_.+|risk_\d+(\.\d+)?[dy])$")
_HORIZON = re.compile(r"^risk(_\d+(\.\d+)?[dy])?$")
# What makes a row a mark on an image: a point or box, a box by its corners, or an outline.
_MARKS = ({"x", "y"}, {"x1", "y1", "x2", "y2"}, {"mask"})


@dataclass(frozen=True)
class ProductColumns:
    """What each column of a table holds.

    Attributes:
        case: the column that names the case.
        opinions: columns by what they hold (`score`, `decision`, `score_mass`, `risk_30d`); a risk by a year,
            `risk_5y`, is held as that by its day, `risk_1826d`.
        apart: columns by what tells several rows of a case apart (`reader`, `condition`, `session`, `repeat`,
            `finding`).
        beside: `seconds` and `confidence`.
        places: the columns of marks on images (`x`, `y`, `width`, `x1`, `mask`, `class`).
        named: what the mapping named; the rest was found by name.
    """

    case: str
    opinions: Mapping[str, str]
    apart: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()

    @property
    def marks_named(self) -> bool:
        """Whether the mapping says that rows are marks on images."""
        return _are_marks(self.named)


def find_product_columns(columns: Sequence[str], mapping: Mapping[str, str], file: str) -> ProductColumns:
    """Which column is what: by the mapping first, then by name.

    Args:
        columns: Columns of the product's table.
        mapping: What hilum calls a column (`case`, `score`, `score_<finding>`, `decision`, `risk_<days>d`,
            `risk_<years>y`, `reader`, `condition`, `session`, `seconds`, `confidence`, `finding`, `x`, `y`,
            …) to the table's.
        file: The file's name, for messages.

    Raises:
        TableError: the case or every opinion is not found, the mapping names what is not there, or two
            columns hold the risk by one day.

    Example:
        >>> columns = ["Accession Number", "Abnormality (%)"]
        >>> find_product_columns(columns, {"score": "Abnormality (%)"}, "a.csv").case
        'Accession Number'
        >>> find_product_columns(["검사번호", "판독의", "점수"], {}, "a.csv").apart
        {'reader': '판독의'}
        >>> find_product_columns(["case", "risk_5y"], {}, "a.csv").opinions
        {'risk_1826d': 'risk_5y'}
    """
    _refuse_bad_mapping(columns, mapping, file)
    case = mapping.get("case") or _by_name(CASE_NAMES, columns)
    if case is None:
        raise TableError(
            f"{file} has no column that says which case a row is of (it has {_quoted(columns)}): "
            'name it, as in mapping = { case = "Accession" }'
        )
    rest = [column for column in columns if column != case and column not in mapping.values()]
    apart = _found(APART_NAMES, mapping, rest)
    beside = _found(BESIDE_NAMES, mapping, rest)
    places = _found(PLACE_NAMES, mapping, rest)
    opinions = {kind: column for kind, column in mapping.items() if OPINION.match(kind)}
    if not opinions:
        opinions = _opinions([column for column in rest if column not in apart.values()])
    marks = _are_marks(frozenset(places))
    if not opinions and "confidence" not in beside and not marks:
        raise TableError(
            f"{file} has no column with a score or a decision (it has {_quoted(columns)}): "
            'name it, as in mapping = { score = "abnormality_percent" }'
        )
    opinions = _by_days(opinions, file)
    named = frozenset(risk_column_in_days(kind) for kind in mapping)
    return ProductColumns(case, opinions, apart, beside, places if marks else {}, named)


def _by_days(opinions: Mapping[str, str], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, column in opinions.items():
        day = risk_column_in_days(kind)
        if day in found:
            raise TableError(
                f"{file} has two columns with the risk by one day, `{found[day]}` and `{column}`: remove one "
                "of them"
            )
        found[day] = column
    return found


def _are_marks(kinds: frozenset[str]) -> bool:
    return any(each <= kinds for each in _MARKS)


def _found(
    names: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str], rest: Sequence[str]
) -> dict[str, str]:
    found = {}
    for kind, known in names.items():
        column = mapping.get(kind) or _by_name(known, rest)
        if column is not None:
            found[kind] = column
    return found


def _opinions(columns: Sequence[str]) -> dict[str, str]:
    """Opinions by name: risks, one score and decision, scores of findings."""
    opinions = {column: column for column in columns if _HORIZON.match(column)}
    for kind, names in (("score", SCORE_NAMES), ("decision", DECISION_NAMES)):
        found = _by_name(names, columns)
        if found is not None:
            opinions[kind] = found
    left = [column for column in columns if column not in opinions.values()]
    if opinions:
        return opinions
    opinions = {column: column for column in left if re.match(r"^(score|decision)_.+$", column)}
    return opinions or {f"score_{label}": column for column in left if (label := _finding_of(column))}


def _finding_of(column: str) -> str:
    """The finding whose score a column says it holds, empty where it says none."""
    plain = plain_name(column) + ("_percent" if "%" in column else "")
    ending = next((ending for ending in FINDING_ENDINGS if plain.endswith(ending)), None)
    if ending is None:
        return ""
    label = plain.removesuffix(ending)
    return next((label.removesuffix(each) for each in FINDING_ENDINGS if label.endswith(each)), label)


def _refuse_bad_mapping(columns: Sequence[str], mapping: Mapping[str, str], file: str) -> None:
    known = {"case", *APART_NAMES, *BESIDE_NAMES, *PLACE_NAMES}
    for kind, column in mapping.items():
        if kind not in known and not OPINION.match(kind):
            raise TableError(
                f"`mapping` of {file} names `{kind}`, which is none of case, score, score_<finding>, "
                "decision, risk, risk_<days>d, risk_<years>y, reader, condition, session, seconds, "
                "confidence, finding, x, y, width, height, x1, y1, x2, y2: correct it"
            )
        if column not in columns:
            near = did_you_mean(column, columns)
            hint = f"did you mean `{near}`?" if near else f"it has {_quoted(columns)}"
            raise TableError(f"{file} has no column `{column}`, which `mapping` names for {kind}: {hint}")


def _by_name(names: Sequence[str], columns: Sequence[str]) -> str | None:
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(plain_name(column), column)
    return next((plain[name] for name in names if name in plain), None)


def _quoted(columns: Sequence[str]) -> str:
    shown = ", ".join(f"`{column}`" for column in columns[:12])
    return f"{shown} and {len(columns) - 12} more" if len(columns) > 12 else shown
