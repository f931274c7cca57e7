"""CURB-65 against its definition (Lim 2003): worked example, edges, and a plain count of the five signs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.readers import CURB65, score

WELL = {
    "age": 40,
    "confusion": 0,
    "urea_mmol_l": 5.0,
    "respiratory_rate": 18,
    "systolic_bp": 120,
    "diastolic_bp": 80,
}


def points(**changed: object) -> float:
    return float(score("curb65").scored(pd.DataFrame([WELL | changed])).points[0])


def test_the_worked_example_of_a_man_of_seventy():
    # 70 y, BUN 21 mg/dL, RR 30, 95/60, no confusion: age, urea, rate and diastolic pressure count.
    case = {
        "age": 70,
        "confusion": 0,
        "bun_mg_dl": 21,
        "respiratory_rate": 30,
        "systolic_bp": 95,
        "diastolic_bp": 60,
    }
    scored = score("curb65").scored(pd.DataFrame([case]))
    assert (scored.points[0], scored.risk[0], scored.group[0]) == (4, 0.40, "3-5")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"age": 64}, 0),
        ({"age": 65}, 1),
        ({"urea_mmol_l": 7.0}, 0),
        ({"urea_mmol_l": 7.1}, 1),
        ({"respiratory_rate": 29}, 0),
        ({"respiratory_rate": 30}, 1),
        ({"systolic_bp": 90}, 0),
        ({"systolic_bp": 89}, 1),
        ({"diastolic_bp": 61}, 0),
        ({"diastolic_bp": 60}, 1),
        ({"systolic_bp": 80, "diastolic_bp": 50}, 1),
        ({"confusion": 1}, 1),
    ],
)
def test_every_edge_lies_where_the_paper_puts_it(changed: dict[str, float], expected: float):
    assert points(**changed) == expected


@pytest.mark.parametrize("name", list(WELL))
def test_one_missing_value_gives_no_score_and_never_a_zero(name: str):
    table = pd.DataFrame([WELL | {name: None}, WELL])
    scored = score("curb65").scored(table)
    assert np.isnan(scored.points[0])
    assert scored.points[1] == 0
    assert name in scored.missing[0]
    said = [warning for warning in scored.warnings if warning.code == "score_missing"]
    assert [warning.n for warning in said] == [1]


def test_a_known_low_diastolic_pressure_does_not_excuse_a_missing_systolic_one():
    assert np.isnan(points(systolic_bp=None, diastolic_bp=50))


cases = st.fixed_dictionaries(
    {
        "age": st.integers(18, 100),
        "confusion": st.integers(0, 1),
        "urea_mmol_l": st.floats(0.5, 60),
        "respiratory_rate": st.integers(8, 60),
        "systolic_bp": st.integers(50, 220),
        "diastolic_bp": st.integers(20, 130),
    }
)


@given(st.lists(cases, min_size=1, max_size=20))
def test_a_table_is_scored_as_each_row_would_be_by_hand(rows: list[dict[str, float]]):
    by_hand = [
        (row["confusion"] == 1)
        + (row["urea_mmol_l"] > 7)
        + (row["respiratory_rate"] >= 30)
        + (row["systolic_bp"] < 90 or row["diastolic_bp"] <= 60)
        + (row["age"] >= 65)
        for row in rows
    ]
    scored = score("curb65").scored(pd.DataFrame(rows))
    assert scored.points.tolist() == by_hand
    assert scored.risk.tolist() == [(0.007, 0.021, 0.092, 0.145, 0.40, 0.57)[n] for n in by_hand]


def test_each_case_uses_urea_where_it_is_known_and_bun_where_not():
    table = pd.DataFrame([WELL | {"urea_mmol_l": 8, "bun": 10}, WELL | {"urea_mmol_l": None, "bun": 20}])
    assert score("curb65").scored(table).points.tolist() == [1, 1]


def test_the_two_rules_for_bun_differ_between_19_and_19_6_and_the_count_is_said():
    rows = [WELL | {"bun_mg_dl": value} for value in (19, 19.3, 19.6, 19.7)]
    table = pd.DataFrame(rows).drop(columns="urea_mmol_l")
    printed, converted = score("curb65").scored(table), score("curb65", bun_rule="converted").scored(table)
    assert printed.points.tolist() == [0, 1, 1, 1]
    assert converted.points.tolist() == [0, 0, 0, 1]
    assert [w.n for w in printed.warnings if w.code == "score_choice_matters"] == [2]


def test_the_published_groups_are_those_of_the_paper():
    assert [(group.name, group.risk) for group in CURB65.groups] == [
        ("0-1", 0.015),
        ("2", 0.092),
        ("3-5", 0.22),
    ]
