"""Readings of many findings: from one row a finding to one row a case."""

import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.tables import missing_column, text_column


def one_row_a_case(table: pd.DataFrame) -> pd.DataFrame:
    """`finding, score` (and `decision`) as columns `score_<finding>` and `decision_<finding>`.

    Raises:
        ReadingsError: a finding has no name, or a case has it twice from one reader.

    Example:
        >>> table = pd.DataFrame({"case": ["a", "a"], "finding": ["mass", "nodule"], "score": [0.1, 0.9]})
        >>> table = table.assign(reader="cnn", repeat=pd.array([None, None], "Int64"))
        >>> wide = one_row_a_case(table)
        >>> wide[["score_mass", "score_nodule"]].to_numpy().tolist()
        [[0.1, 0.9]]
    """
    table = table.copy()
    table["finding"] = text_column(table["finding"])
    unnamed = int((table["finding"] == "").sum())
    if unnamed:
        raise ReadingsError(f"{unnamed} rows of the readings name no finding: fill the column `finding`")
    opinions = [name for name in ("score", "decision") if name in table.columns]
    if not opinions:
        raise missing_column("score", table.columns, "the readings")
    beside = [name for name in table.columns if name not in {"finding", *opinions}]
    key = [name for name in ("case", "reader", "repeat") if name in table.columns]
    table["repeat"] = table["repeat"].fillna(0)
    twice = int(table.duplicated([*key, "finding"], keep=False).sum())
    if twice:
        raise ReadingsError(
            f"{twice} rows of the readings share reader, repeat, case and finding with another row: keep one"
        )
    wide = table.drop_duplicates(key)[beside].set_index(key)
    for name in opinions:
        columns = table.pivot_table(index=key, columns="finding", values=name, aggfunc="first")
        wide = wide.join(columns.add_prefix(f"{name}_"))
    wide = wide.reset_index()
    wide["repeat"] = wide["repeat"].astype("Int64").mask(wide["repeat"] == 0)
    return wide
