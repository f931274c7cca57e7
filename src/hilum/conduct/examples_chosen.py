"""Which cases are looked at: chosen by rule, not by eye.

The surest errors of both kinds, the cases nearest to the threshold, the surest right ones, and one of each
subgroup that the study asks for.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

EACH = 2
MOST_OF_SUBGROUPS = 8
MOST_LEVELS = 6

SURE_WRONG_POSITIVE = "Surest errors: called positive"
SURE_WRONG_NEGATIVE = "Surest errors: called negative"
SURE_WRONG = "Surest errors"
NEAR = "Nearest to the threshold"
UNSURE = "Least sure"
SURE_RIGHT_POSITIVE = "Surest and right: called positive"
SURE_RIGHT_NEGATIVE = "Surest and right: called negative"
SURE_RIGHT = "Surest and right"


def choose(judged: pd.DataFrame, how: str, columns: Mapping[str, "pd.Series[str]"]) -> pd.DataFrame:
    """The cases to look at, in the order in which they are shown.

    Args:
        judged: From `judged_cases`.
        how: `called`, `ranked` or `measured`.
        columns: Values by case of each column whose subgroups are asked for.

    Returns:
        Some rows of `judged`, each case once, with `group`: why it was chosen.

    Example:
        >>> cases = pd.DataFrame({"case": list("abc"), "margin": [0.4, -0.1, 0.3], "called": [1, 0, 1],
        ...     "status": [0, 0, 1], "right": [False, True, True], "threshold": [0.5] * 3})
        >>> choose(cases, "called", {})[["case", "group"]].values.tolist()[:2]
        [['a', 'Surest errors: called positive'], ['b', 'Nearest to the threshold']]
    """
    if judged.empty:
        return judged.assign(group=pd.Series(dtype=object))
    wanted = {"measured": _measured, "ranked": _ranked}.get(how, _called)(judged)
    shown = _each_once(judged, wanted, frozenset())
    found = _each_once(judged, _of_subgroups(judged, columns), frozenset(shown["case"]))
    return pd.concat([shown, found.head(MOST_OF_SUBGROUPS)])


def _called(judged: pd.DataFrame) -> list[tuple[str, pd.DataFrame, int]]:
    if judged["threshold"].isna().all():
        wrong, right = (judged[judged["right"] == each] for each in (False, True))
        firsts = _by_margin(right).drop_duplicates("what")
        return [
            (SURE_WRONG, _by_margin(wrong), 2 * EACH),
            (UNSURE, _by_margin(judged, ascending=True), EACH),
            (SURE_RIGHT, firsts, 2 * EACH),
        ]

    def side(called: int, *, right: bool) -> pd.DataFrame:
        return _by_margin(judged[(judged["called"] == called) & (judged["right"] == right)])

    return [
        (SURE_WRONG_POSITIVE, side(1, right=False), EACH),
        (SURE_WRONG_NEGATIVE, side(0, right=False), EACH),
        (NEAR, _by_margin(judged, ascending=True), EACH),
        (SURE_RIGHT_POSITIVE, side(1, right=True), EACH),
        (SURE_RIGHT_NEGATIVE, side(0, right=True), EACH),
    ]


def _ranked(judged: pd.DataFrame) -> list[tuple[str, pd.DataFrame, int]]:
    event, free = judged[judged["status"] == 1], judged[judged["status"] == 0]
    return [
        ("Largest errors: event at a low risk", _by(event, "opinion", ascending=True), EACH),
        ("Largest errors: no event at a high risk", _by(free, "opinion"), EACH),
        ("As expected: event at a high risk", _by(event, "opinion"), EACH),
        ("As expected: no event at a low risk", _by(free, "opinion", ascending=True), EACH),
    ]


def _measured(judged: pd.DataFrame) -> list[tuple[str, pd.DataFrame, int]]:
    return [
        ("Largest errors: too high", _by(judged[judged["margin"] > 0], "margin"), EACH),
        ("Largest errors: too low", _by(judged[judged["margin"] < 0], "margin", ascending=True), EACH),
        ("Smallest errors", _by_margin(judged, ascending=True), EACH),
    ]


def _of_subgroups(
    judged: pd.DataFrame, columns: Mapping[str, "pd.Series[str]"]
) -> list[tuple[str, pd.DataFrame, int]]:
    """Of each subgroup the surest error, else the case nearest to the threshold; of numbers the worst."""
    found = []
    for column, values in columns.items():
        levels = values.reindex(judged["case"]).to_numpy()
        known = sorted({str(level) for level in levels if pd.notna(level)})
        for level in known if len(known) <= MOST_LEVELS else ():
            inside = judged[[pd.notna(each) and str(each) == level for each in levels]]
            wrong = inside[[each is False or each == False for each in inside["right"]]]  # noqa: E712  # None, too
            ordered = _by_margin(wrong) if len(wrong) else _by_margin(inside, ascending=not _numbers(judged))
            found.append((f"{column} = {level}", ordered, 1))
    return found


def _numbers(judged: pd.DataFrame) -> bool:
    return bool(judged["threshold"].isna().all() and judged["right"].isna().all())


def _each_once(
    judged: pd.DataFrame, wanted: Sequence[tuple[str, pd.DataFrame, int]], taken: frozenset[str]
) -> pd.DataFrame:
    seen, parts = set(taken), [judged.head(0).assign(group=pd.Series(dtype=object))]
    for group, rows, most in wanted:
        kept = rows[~rows["case"].isin(seen)].head(most)
        seen |= set(kept["case"])
        parts.append(kept.assign(group=group))
    full = [part for part in parts if len(part)]
    return pd.concat(full) if full else parts[0]


def _by_margin(rows: pd.DataFrame, *, ascending: bool = False) -> pd.DataFrame:
    return _by(rows.assign(size=rows["margin"].abs()), "size", ascending=ascending).drop(columns="size")


def _by(rows: pd.DataFrame, column: str, *, ascending: bool = False) -> pd.DataFrame:
    return rows.sort_values([column, "case"], ascending=[ascending, True])
