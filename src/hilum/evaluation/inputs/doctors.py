"""Doctors' tables: conditions, sessions, and confidence in place of a score."""

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.classes import NEGATIVE_WORDS, POSITIVE_WORDS
from hilum.evaluation.inputs.tables import number_column, text_column


def separate_readings(table: pd.DataFrame, *, marks: bool = False) -> pd.DataFrame:
    """A reader who read in several conditions, or twice in several sessions, as one reader each.

    The reader is then named `Kim, with AI` or `Kim, session 2`; who it is stands in `person`, the condition
    in `condition`. A table that has `person` was separated before, and is left as it is.

    Args:
        table: With `reader` and perhaps `condition` and `session`.
        marks: Several rows a case are marks, not several readings.

    Example:
        >>> table = pd.DataFrame({"case": ["a", "a"], "reader": "Kim", "condition": ["alone", "with AI"]})
        >>> list(separate_readings(table)["reader"])
        ['Kim, alone', 'Kim, with AI']
    """
    if "person" in table.columns or not {"condition", "session"} & set(table.columns):
        return table
    table = table.copy()
    table["person"] = table["reader"]
    for column in ("condition", "session"):
        if column in table.columns:
            table[column] = text_column(table[column])
    if "condition" in table.columns:
        _refuse_half(table)
        said = table["condition"] != ""
        table["reader"] = table["reader"].where(~said, table["reader"] + ", " + table["condition"])
    if "session" in table.columns and not marks:
        again = table.groupby("reader")["case"].transform(lambda cases: cases.duplicated().any())
        twice = again.astype(bool) & (table["session"] != "")
        if "finding" not in table.columns:
            table["reader"] = table["reader"].where(~twice, table["reader"] + ", session " + table["session"])
    return table


def _refuse_half(table: pd.DataFrame) -> None:
    some = (table["condition"] == "").groupby(table["reader"]).nunique()
    if (some > 1).any():
        raise ReadingsError(
            f"some rows of {some.index[some > 1][0]} have a `condition` and others none: fill all or none"
        )


def signed_confidence(columns: dict[str, Floats], beside: dict[str, Floats]) -> bool:
    """Fill in `score` where a yes-or-no reader left only decisions (as 1 and 0) and confidence.

    Returns:
        Whether it was filled in.

    Example:
        >>> columns = {"decision": np.array([[1.0, 0.0]])}
        >>> signed_confidence(columns, {"confidence": np.array([[90.0, 80.0]])}), columns["score"].tolist()
        (True, [[90.0, -80.0]])
    """
    opinions = set(columns) - {"decision"}
    if opinions or "decision" not in columns or "confidence" not in beside:
        return False
    columns["score"] = np.where(columns["decision"] == 1, 1.0, -1.0) * beside["confidence"]
    columns["score"][np.isnan(columns["decision"])] = np.nan
    return True


def score_from_confidence(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Confidence as a score where there is no score: with the decision's sign, else as it is.

    Returns:
        The table, and a sentence that says what was done.

    Example:
        >>> table = pd.DataFrame({"decision": ["1", "0"], "confidence": ["90", "80"]})
        >>> list(score_from_confidence(table)[0]["score"])
        [90.0, -80.0]
    """
    opinions = {"score", "risk", "value", "x", "mask"} & set(table.columns)
    if (
        "confidence" not in table.columns
        or opinions
        or any(str(c).startswith("score_") for c in table.columns)
    ):
        return table, ()
    table = table.copy()
    confidence = number_column(table["confidence"], "confidence", "the readings")
    if "decision" not in table.columns:
        table["score"] = confidence
        return table, (
            "there is no score: `confidence` is taken for it, higher meaning more likely positive",
        )
    said = text_column(table["decision"]).str.casefold()
    sign = np.where(said.isin(POSITIVE_WORDS), 1.0, np.where(said.isin(NEGATIVE_WORDS), -1.0, np.nan))
    if np.isnan(sign[(said != "").to_numpy()]).any():
        return table, ()
    table["score"] = sign * confidence
    return table, ("there is no score: `confidence` with the sign of `decision` is taken for it",)
