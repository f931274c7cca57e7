import numpy as np
import pandas as pd
import pytest

from hilum.conduct.examples import _levels
from hilum.conduct.examples_chosen import MOST_OF_SUBGROUPS, choose


def _judged(n=200, seed=0):
    rng = np.random.default_rng(seed)
    status = rng.integers(0, 2, n)
    opinion = np.clip(0.3 + 0.4 * status + rng.normal(0, 0.25, n), 0, 1)
    frame = pd.DataFrame({"case": [f"c{k:03d}" for k in range(n)], "status": status, "opinion": opinion})
    frame["threshold"], frame["what"] = 0.5, "ill"
    frame["margin"] = frame["opinion"] - 0.5
    frame["called"] = (frame["margin"] >= 0).astype(int)
    frame["right"] = frame["called"] == frame["status"]
    return frame


def test_the_surest_errors_of_both_kinds_come_first_and_no_case_comes_twice():
    judged = _judged()
    chosen = choose(judged, "called", {})
    assert chosen["case"].is_unique
    assert len(chosen) == 10
    false_positive = judged[(judged["called"] == 1) & ~judged["right"]].nlargest(2, "opinion")
    false_negative = judged[(judged["called"] == 0) & ~judged["right"]].nsmallest(2, "opinion")
    assert chosen["case"].tolist()[:4] == [*false_positive["case"], *false_negative["case"]]
    near = chosen[chosen["group"] == "Nearest to the threshold"]
    assert near["margin"].abs().max() <= judged["margin"].abs().nsmallest(8).max()


def test_one_case_of_each_subgroup_is_shown_an_error_where_there_is_one():
    judged = _judged()
    sex = pd.Series(np.where(np.arange(200) % 2, "M", "F"), index=judged["case"])
    chosen = choose(judged, "called", {"sex": sex})
    shown = chosen[chosen["group"].isin(["sex = F", "sex = M"])]
    assert len(shown) == 2
    assert not shown["right"].any()
    assert [sex[case] for case in shown["case"]] == ["F", "M"]


def test_subgroups_do_not_make_the_report_endless():
    judged = _judged()
    columns = {f"c{k}": pd.Series(np.arange(200) % 5, index=judged["case"]).astype(str) for k in range(10)}
    assert len(choose(judged, "called", columns)) == 10 + MOST_OF_SUBGROUPS


def test_of_numbers_the_largest_errors_are_shown_to_either_side():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"case": [f"c{k}" for k in range(30)], "margin": rng.normal(0, 5, 30)})
    frame = frame.assign(opinion=50.0, threshold=np.nan, what="value", called=0, status=0, right=None)
    chosen = choose(frame, "measured", {"sex": pd.Series("F", index=frame["case"])})
    assert chosen["margin"].iloc[0] == frame["margin"].max()
    assert chosen["margin"].iloc[2] == frame["margin"].min()
    assert set(chosen["group"].iloc[4:6]) == {"Smallest errors"}
    assert chosen["group"].iloc[6] == "sex = F"


def test_events_at_a_low_risk_are_shown_where_there_is_no_threshold():
    judged = _judged().assign(right=None, threshold=np.nan)
    chosen = choose(judged, "ranked", {})
    first = chosen.iloc[0]
    assert first["group"] == "Largest errors: event at a low risk"
    assert first["opinion"] == judged[judged["status"] == 1]["opinion"].min()


def test_several_classes_have_their_surest_errors_too():
    judged = _judged().assign(threshold=np.nan, called=1)
    judged["what"] = np.where(np.arange(200) % 3, "a", "b")
    groups = choose(judged, "called", {})["group"].value_counts()
    assert groups["Surest errors"] == 4
    assert groups["Surest and right"] == 2


@pytest.mark.parametrize("how", ["called", "ranked", "measured"])
def test_nothing_to_look_at_is_no_failure(how):
    assert choose(pd.DataFrame(), how, {}).empty


def test_numbers_of_many_values_are_shown_as_two_halves():
    levels = _levels(pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, np.nan]))
    assert levels.dropna().unique().tolist() == ["up to 4.5", "above 4.5"]
    assert levels.isna().sum() == 1
