"""Readers combined: fitted where that is honest, frozen, applied everywhere, no missing opinion guessed."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.cohorts.outcome_at_horizon import at_horizon
from hilum.errors import ReadingsError
from hilum.evaluation import Readings, auroc, harrell_c
from hilum.evaluation.measures.concordance import FollowUp
from hilum.readers import Combination, CombineOptions, combine, fit_combination
from hilum.readers.logistic import cox, firth_logistic

HONEST = CombineOptions(honest_on_training=frozenset({"image", "score"}))


def reader(cohort: Cohort, name: str, **columns: np.ndarray) -> Readings:
    frame = cohort.cases[["case", "patient", "part"]].assign(reader=name, **columns)
    return Readings.from_frame(frame)


def two(cohort: Cohort) -> list[Readings]:
    """A probability from one sign, points from the other."""
    column = "score" if "label" in cohort.cases else "risk_30d"
    points = "score" if "label" in cohort.cases else "risk"
    chance = 1 / (1 + np.exp(-cohort.cases["x"].to_numpy()))
    rounded = cohort.cases["z"].round().to_numpy()
    return [reader(cohort, "image", **{column: chance}), reader(cohort, "score", **{points: rounded})]


def in_test(cohort: Cohort) -> np.ndarray:
    return (cohort.cases["part"] == "test").to_numpy()


def test_both_together_rank_better_than_each_on_cases_not_fitted_on(make_classes):
    cohort = make_classes(n=3000)
    image, points = two(cohort)
    both = combine([image, points], cohort, options=HONEST)
    test, ill = in_test(cohort), (cohort.cases["label"] == "pneumonia").to_numpy()
    areas = [auroc(r.frame["score"].to_numpy(float)[test], ill[test]).value for r in (image, points, both)]
    assert areas[2] > max(areas[:2]) + 0.02
    chance = both.frame["score"].to_numpy(float)
    assert abs(chance[test].mean() - ill[test].mean()) < 0.03
    assert both.reader == "image+score"


def test_a_survival_combination_gives_risk_at_each_horizon_that_never_falls(make_survival):
    cohort = make_survival(n=2500, horizons=(30.0, 90.0), lost=True)
    chance = 1 / (1 + np.exp(-cohort.cases["x"].to_numpy()))
    image = reader(cohort, "image", risk_30d=chance, risk_90d=np.sqrt(chance))
    points = reader(cohort, "score", risk=cohort.cases["z"].to_numpy())
    frame = combine([image, points], cohort, options=HONEST).frame
    assert (frame["risk_90d"] >= frame["risk_30d"]).all()
    assert (frame["risk"] == frame["risk_90d"]).all()
    follow_up = FollowUp.of(cohort.cases["time"].to_numpy(), cohort.cases["event"].to_numpy())
    alone = harrell_c(cohort.cases["x"].to_numpy(), follow_up).value
    assert harrell_c(frame["risk"].to_numpy(float), follow_up).value > alone + 0.03


def test_without_a_horizon_cox_weighs_the_readers(make_survival):
    cohort = make_survival(n=1500, horizons=())
    combination, _ = fit_combination(
        [reader(cohort, "image", risk=cohort.cases["x"]), reader(cohort, "score", risk=cohort.cases["z"])],
        cohort,
        options=HONEST,
    )
    # The hazard was made with 0.9 x and 0.6 z.
    np.testing.assert_allclose(combination.models[0].coefficients, [0.9, 0.6], atol=0.12)


def test_trained_models_are_fitted_on_validation_alone_unless_cross_fitted(classes: Cohort):
    image, points = two(classes)
    plain, _ = fit_combination([image, points], classes)
    assert plain.fitted_on == ("validation",)
    some, _ = fit_combination(
        [image, points], classes, options=CombineOptions(honest_on_training=frozenset({"score"}))
    )
    assert some.fitted_on == ("validation",)
    train = image.frame[image.frame["part"] == "train"].assign(part="left out")
    crossed = CombineOptions(frozenset({"score"}), {"image": Readings.from_frame(train)})
    full, _ = fit_combination([image, points], classes, options=crossed)
    assert full.fitted_on == ("train", "validation")
    assert full.models[0].n == int(classes.cases["part"].isin(["train", "validation"]).sum())


def test_cross_fitted_opinions_replace_those_learnt_by_heart(make_classes):
    cohort = make_classes(n=2000)
    image, points = two(cohort)
    ill = (cohort.cases["label"] == "pneumonia").to_numpy()
    training = (cohort.cases["part"] == "train").to_numpy()
    by_heart = image.frame.copy()
    by_heart.loc[training, "score"] = np.where(ill[training], 0.999, 0.001)
    heart = Readings.from_frame(by_heart)
    fooled, _ = fit_combination([heart, points], cohort, options=HONEST)
    crossed = CombineOptions(frozenset({"score"}), {"image": Readings.from_frame(image.frame[training])})
    sober, _ = fit_combination([heart, points], cohort, options=crossed)
    honest, _ = fit_combination([image, points], cohort, options=HONEST)
    assert sober.models[0].coefficients == pytest.approx(honest.models[0].coefficients)
    assert fooled.models[0].coefficients[0] > 2 * honest.models[0].coefficients[0]


def test_a_case_without_one_opinion_gets_no_combined_score(classes: Cohort):
    image, points = two(classes)
    frame = points.frame.copy()
    frame.loc[frame.index[:7], "score"] = np.nan
    both = combine([image, Readings.from_frame(frame)], classes, options=HONEST)
    assert both.frame["score"].isna().to_numpy().nonzero()[0].tolist() == list(range(7))
    assert len(both.frame) == len(classes)


def test_repeats_are_averaged_on_the_scale_that_is_used(classes: Cohort):
    image, points = two(classes)
    repeated = pd.concat([image.frame.assign(repeat=repeat) for repeat in (1, 2, 3)])
    once, often = (
        fit_combination([each, points], classes, options=HONEST)[0]
        for each in (image, Readings.from_frame(repeated))
    )
    assert often.models[0].coefficients == pytest.approx(once.models[0].coefficients)


def test_perfect_separation_leaves_finite_weights(make_classes):
    cohort = make_classes(n=120, gap=60)
    combination, _ = fit_combination(two(cohort), cohort, options=HONEST)
    assert all(abs(weight) < 20 for weight in combination.models[0].coefficients)
    assert np.isfinite(combination.read(two(cohort), cohort).frame["score"].to_numpy(float)).all()


def test_few_events_a_coefficient_are_warned_of(make_classes):
    cohort = make_classes(n=60)
    _, said = fit_combination(two(cohort), cohort)
    assert [warning.code for warning in said] == ["combination_few_events"]
    assert not fit_combination(two(make_classes(n=600)), make_classes(n=600))[1]


def test_what_was_fitted_is_kept_as_readable_json_and_reads_the_same(classes: Cohort, tmp_path: Path):
    combination, _ = fit_combination(two(classes), classes, options=HONEST)
    path = combination.save(tmp_path / "combination.json")
    member = json.loads(path.read_text())["models"][0]["members"][0]
    assert (member["reader"], member["column"], member["scale"]) == ("image", "score", "logit")
    again = Combination.load(path)
    assert again == combination
    pd.testing.assert_frame_equal(
        again.read(two(classes), classes).frame, combination.read(two(classes), classes).frame
    )
    (tmp_path / "broken.json").write_text('{"models": [{}]}')
    with pytest.raises(ReadingsError, match="broken"):
        Combination.load(tmp_path / "broken.json")


def test_what_cannot_be_fitted_is_said(classes: Cohort):
    image, points = two(classes)
    with pytest.raises(ReadingsError, match="two different readers"):
        fit_combination([image, image], classes)
    constant = reader(classes, "constant", score=np.full(len(classes), 0.3))
    with pytest.raises(ReadingsError, match="says the same of all"):
        fit_combination([image, constant], classes)
    one_class = dataclasses.replace(classes, cases=classes.cases.assign(label="normal"))
    with pytest.raises(ReadingsError, match="both kinds are needed"):
        fit_combination([image, points], one_class)
    no_part = dataclasses.replace(classes, cases=classes.cases.assign(part="test"))
    with pytest.raises(ReadingsError, match="validation"):
        fit_combination([image, points], no_part)
    combination, _ = fit_combination([image, points], classes)
    with pytest.raises(ReadingsError, match="needs readings of score"):
        combination.read([image], classes)


def test_firth_on_a_two_by_two_table_adds_a_half_to_every_cell():
    # Heinze & Schemper 2002: in a saturated model Firth's is the log odds ratio of the table plus 1/2.
    for a, b, c, d in ((10, 5, 3, 12), (8, 0, 4, 9)):
        x = np.repeat([1.0, 1.0, 0.0, 0.0], (a, b, c, d))[:, None]
        y = np.repeat([1.0, 0.0, 1.0, 0.0], (a, b, c, d))
        expected = np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
        assert firth_logistic(x, y, np.ones(len(y)))[1] == pytest.approx(expected, abs=1e-6)


def test_cox_agrees_with_lifelines(make_survival):
    from lifelines import CoxPHFitter

    cases = make_survival(n=800, lost=True).cases
    fitted = CoxPHFitter().fit(cases[["x", "z", "time", "event"]], "time", "event")
    own = cox(cases[["x", "z"]].to_numpy(), cases["time"].to_numpy(), cases["event"].to_numpy(float))
    np.testing.assert_allclose(own, fitted.params_.to_numpy(), rtol=2e-3)


def test_cases_lost_early_are_made_up_for_by_the_others():
    rng = np.random.default_rng(8)
    n = 40_000
    time = rng.exponential(50, n)
    end = rng.uniform(0, 60, n)
    y, weight = at_horizon(np.minimum(time, end), (time <= end).astype(float), 30)
    assert weight.sum() == pytest.approx(n, rel=0.02)
    assert (weight * y).sum() / weight.sum() == pytest.approx(1 - np.exp(-30 / 50), abs=0.01)
    assert y[weight > 0].mean() > 0.5  # Without weights the risk would be overestimated.
