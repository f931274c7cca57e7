"""Many findings at once: which columns of a table are findings, and their values as 1, 0 and unknown."""

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.classes import NEGATIVE_WORDS, POSITIVE_WORDS
from hilum.evaluation.inputs.tables import nearest, text_column

# A label that its annotator was unsure of, as CheXpert writes it: unknown, like an empty one.
UNSURE = "-1"
NO_FINDINGS = frozenset({"case", "patient", "part", "sex", "age", "site", "view", "scanner", "fold"})


def looks_like_findings(table: pd.DataFrame) -> bool:
    """Whether a table without `label` holds findings: two columns or more of 1, 0 and nothing else.

    Example:
        >>> looks_like_findings(pd.DataFrame({"case": ["a"], "mass": [1], "nodule": [0]}))
        True
        >>> looks_like_findings(pd.DataFrame({"case": ["a"], "lable": [1], "nodule": [0]}))
        False
    """
    columns = [str(name) for name in table.columns]
    if nearest("label", columns) is not None:
        return False
    return sum(_as_findings(table[name]) is not None for name in columns if name not in NO_FINDINGS) > 1


def with_findings(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with its findings as 1.0, 0.0 and NaN, and their names.

    Columns with other values are no findings and stay as they are.

    Raises:
        ReadingsError: no column holds findings.

    Example:
        >>> with_findings(pd.DataFrame({"case": ["a", "b"], "mass": ["1", ""], "site": ["A", "B"]}))[1]
        ('mass',)
    """
    table, names = table.copy(), []
    for name in [str(column) for column in table.columns if column not in NO_FINDINGS]:
        values = _as_findings(table[name])
        if values is not None:
            table[name] = values
            names.append(name)
    if not names:
        raise ReadingsError(
            "the truth has no column of findings: give each finding a column with 1, 0, or nothing where it "
            "is unknown"
        )
    return table, tuple(names)


def _as_findings(values: "pd.Series[str]") -> "pd.Series[float] | None":
    text = text_column(values).str.casefold()
    yes, no = text.isin(POSITIVE_WORDS), text.isin(NEGATIVE_WORDS)
    if not (yes | no | text.isin({"", UNSURE})).all() or not (yes | no).any():
        return None
    return pd.Series(np.where(yes, 1.0, np.where(no, 0.0, np.nan)), index=values.index)
