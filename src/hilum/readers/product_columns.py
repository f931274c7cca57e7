"""Which columns of a product's table hold the case, the score and the decision."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hilum.errors import TableError
from hilum.readers.scores.columns import plain_name
from hilum.study import did_you_mean

CASE_NAMES = (
    "case",
    "case_id",
    "accession",
    "accession_number",
    "accession_no",
    "study_id",
    "patient",
    "patient_id",
    "patientid",
    "image",
    "image_id",
    "file",
    "filename",
    "file_name",
    "id",
)
SCORE_NAMES = (
    "score",
    "probability",
    "prob",
    "abnormality_score",
    "abnormality",
    "ai_score",
    "confidence_score",
    "risk_score",
    "score_percent",
    "abnormality_percent",
    "probability_percent",
)
DECISION_NAMES = ("decision", "ai_decision", "prediction", "result", "ai_result", "call", "predicted_class")
OPINION = re.compile(r"^(score|decision|risk|risk_\d+(\.\d+)?d)$")


@dataclass(frozen=True)
class ProductColumns:
    """The case column, and the columns of opinions by what they hold (`score`, `decision`, `risk_30d`)."""

    case: str
    opinions: Mapping[str, str]


def find_product_columns(columns: Sequence[str], mapping: Mapping[str, str], file: str) -> ProductColumns:
    """Which column is what: by the mapping first, then by name.

    Args:
        columns: Columns of the product's table.
        mapping: `case`, `score`, `decision`, `risk`, `risk_<days>d` to column names.
        file: The file's name, for messages.

    Raises:
        TableError: the case or every opinion is not found, or the mapping names what is not there.

    Example:
        >>> columns = ["Accession Number", "Abnormality (%)"]
        >>> find_product_columns(columns, {"score": "Abnormality (%)"}, "a.csv").case
        'Accession Number'
    """
    _refuse_bad_mapping(columns, mapping, file)
    case = mapping.get("case") or _by_name(CASE_NAMES, columns)
    if case is None:
        raise TableError(
            f"{file} has no column that says which case a row is of (it has {_quoted(columns)}): "
            'name it, as in mapping = { case = "Accession" }'
        )
    opinions = {kind: column for kind, column in mapping.items() if kind != "case"}
    if not opinions:
        opinions = {column: column for column in columns if re.match(r"^risk(_\d+(\.\d+)?d)?$", column)}
        for kind, names in (("score", SCORE_NAMES), ("decision", DECISION_NAMES)):
            found = _by_name(names, [column for column in columns if column != case])
            if found is not None:
                opinions[kind] = found
    if not opinions:
        raise TableError(
            f"{file} has no column with a score or a decision (it has {_quoted(columns)}): "
            'name it, as in mapping = { score = "abnormality_percent" }'
        )
    return ProductColumns(case, opinions)


def _refuse_bad_mapping(columns: Sequence[str], mapping: Mapping[str, str], file: str) -> None:
    for kind, column in mapping.items():
        if kind != "case" and not OPINION.match(kind):
            raise TableError(
                f"`mapping` of {file} names `{kind}`, which is none of case, score, decision, risk, "
                "risk_<days>d: correct it"
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
