"""A search among plans on few images and in little time."""

import time
from dataclasses import replace

import numpy as np
import pytest
from tests.training import tiny

from hilum.cohorts import Cohort
from hilum.conduct.search_stage import SearchInput, search_plan
from hilum.errors import ModelError
from hilum.preparation import Plan, fingerprint
from hilum.preparation.asked import Asked
from hilum.progress import silent
from hilum.study import ManyFindings, Regression, Study
from hilum.tasks import make_task
from hilum.training import TrainOptions, gather, train
from hilum.training.search import Baseline, Space, try_plans


def searched(cohort, folder, seconds, seed=0, learning=None):
    """A search between two plans of the small network, after a head on principal components."""
    plan = tiny.small_plan(**(learning or {}))
    prepared = tiny.prepared_for(cohort, plan, folder / "prepared")
    task = make_task(cohort)
    head = Plan(model="linear", pretrained=False, picture=plan.picture)
    baseline = Baseline(head, lambda p, options: train(cohort, prepared, task, p, options))
    quick = plan.learning.model_copy(update={"learning_rate": 3e-3})
    bases = {"usual": plan, "quick": plan.model_copy(update={"learning": quick})}
    space = Space(bases, classes=cohort.task.kind == "classification")
    options = TrainOptions(folder / "trials", "found", seed=seed)
    began = time.monotonic()
    tried = try_plans(
        space, baseline, lambda _: gather(cohort, prepared, task), task, seconds, options, silent
    )
    return tried, time.monotonic() - began


def several_findings(folder, unknown=False):
    films = tiny.outcomes(folder, n=60)
    there = (films.cases["severity"] > 0.5).astype(float)
    cases = films.cases[["case", "patient", "part", "image"]].assign(mass=there, nodule=1 - there)
    if unknown:
        cases["nodule"] = cases["nodule"].mask(cases["part"] == "validation", np.nan)
    return Cohort(cases, ManyFindings(findings=("mass", "nodule")), folder, (), (), None, ())


def a_number(folder):
    films = tiny.outcomes(folder, n=60)
    cases = films.cases[["case", "patient", "part", "image"]].assign(value=films.cases["severity"] * 100)
    return Cohort(cases, Regression(value="volume"), folder, (), (), None, ())


def few_deaths(folder):
    """One event only among the validation cases, and a competing one."""
    cohort = tiny.outcomes(folder, n=60)
    cases = cohort.cases.copy()
    held = np.flatnonzero(cases["part"] == "validation")
    cases.loc[held, "event"] = 0
    cases.loc[held[0], "event"], cases.loc[held[1], "event"] = 1, 2
    cases.loc[cases.index[cases["part"] == "train"][:4], "event"] = 2
    return cohort.with_cases(cases)


@pytest.mark.parametrize(
    "cohort_of",
    [
        lambda folder: tiny.two_classes(folder, n=30),
        several_findings,
        lambda folder: several_findings(folder, unknown=True),
        a_number,
        tiny.outcomes,
        few_deaths,
    ],
    ids=["two classes", "findings", "a finding never known", "a number", "survival", "few deaths"],
)
def test_every_kind_of_question_is_searched_to_an_end(tmp_path, cohort_of):
    tried, _ = searched(cohort_of(tmp_path / "films"), tmp_path, seconds=0.5)
    small, first = tried.trials[:2]
    assert small.base == "linear"
    assert first.base == "usual"
    assert not first.stopped
    assert first.loss is not None
    assert np.isfinite(first.loss)
    assert first.number in tried.plans
    losses = [tried.trials[number - 1].loss for number in tried.plans]
    assert losses == sorted(losses)
    for trial in tried.trials:
        assert (trial.number in tried.plans) == (trial.loss is not None and not trial.stopped)
        if trial.stopped:
            assert trial.epochs < first.epochs


def test_more_time_is_more_trials_and_the_time_is_kept(tmp_path):
    cohort = tiny.two_classes(tmp_path / "films", n=40)
    tried, took = searched(cohort, tmp_path, seconds=6)
    longest = max(trial.seconds for trial in tried.trials)
    assert len(tried.trials) > 2
    assert took < 6 + longest + 2
    assert [trial.number for trial in tried.trials] == list(range(1, len(tried.trials) + 1))
    assert all(0 < trial.epochs <= 12 for trial in tried.trials)


def test_a_training_that_failed_is_not_called_given_up(tmp_path):
    cohort = tiny.two_classes(tmp_path / "films", n=30)
    tried, _ = searched(cohort, tmp_path, 0.5, learning={"learning_rate": 10.0, "optimiser": "sgd"})
    failed = [trial for trial in tried.trials[1:] if trial.loss is None]
    assert failed
    assert not any(trial.stopped for trial in failed)


def test_any_seed_of_a_study_can_be_searched_with(tmp_path):
    tried, _ = searched(tiny.two_classes(tmp_path / "films", n=30), tmp_path, 0.1, seed=2**63 - 1)
    assert len(tried.trials) >= 2


def given(cohort, folder, reader=None):
    study = Study.model_validate(
        {
            "version": 1,
            "title": "A search",
            "cohort": {"images": "films"},
            "task": {"positive": "pneumonia"},
            "readers": [{"model": "auto", **(reader or {})}],
        }
    )
    found = fingerprint(cohort)

    def nobody(*_: object) -> None:
        raise AssertionError("nothing should be looked at")

    task = make_task(cohort)
    kept = folder / "search"
    return SearchInput(study, study.readers[0], found, task, nobody, nobody, folder, kept, Asked())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"columns": ["age"]}, "no table"),
        ({"frozen": True}, "cannot follow frozen"),
        ({"epochs": 3}, "cannot follow epochs"),
        ({"unlabelled": "archive"}, "cannot follow unlabelled"),
        ({"pretrained": "self"}, "cannot follow pretrained"),
        ({"training": {"consistency": 1.0}}, "cannot follow consistency"),
    ],
)
def test_what_a_search_would_pass_over_is_refused(tmp_path, asked, words):
    cohort = tiny.two_classes(tmp_path / "films", n=20)
    with pytest.raises(ModelError, match=words):
        search_plan(given(cohort, tmp_path, asked), silent)


def test_without_a_validation_part_nothing_is_chosen(tmp_path):
    cohort = tiny.two_classes(tmp_path / "films", n=20)
    asked = given(cohort, tmp_path)
    counted = {**asked.found.images, "validation": 0}
    lone = replace(asked, found=asked.found.model_copy(update={"images": counted}))
    with pytest.raises(ModelError, match="validation part"):
        search_plan(lone, silent)
