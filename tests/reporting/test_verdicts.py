"""The answer says better, worse or nothing shown, as the test says and no more."""

import dataclasses

import pytest

from hilum.evaluation import Comparison, Evaluation, Measure
from hilum.reporting import EvidenceInput, build_evidence, render_html


def told(difference: float | None, p: float | None, turned: bool = False) -> str:
    names = ("curb65", "resnet18") if turned else ("resnet18", "curb65")
    measures = [
        Measure(
            name,
            "test",
            "auroc",
            value=value,
            low=value - 0.05,
            high=value + 0.05,
            method="delong_wald",
            n=500,
            events=100,
        )
        for name, value in (("resnet18", 0.75), ("curb65", 0.70))
    ]
    comparisons = []
    if difference is not None:
        sign = -1 if turned else 1
        comparisons = [
            Comparison(
                *names, "test", "auroc",
                difference=sign * difference, low=sign * difference - 0.04, high=sign * difference + 0.04,
                p=p, method="delong_paired", n=500, events=100,
            )
        ]  # fmt: skip
    evaluation = Evaluation(
        task="classification",
        classes=("normal", "pneumonia"),
        positive="pneumonia",
        readers=("resnet18", "curb65"),
        parts=("test",),
        measures=tuple(measures),
        comparisons=tuple(comparisons),
    )
    return build_evidence(EvidenceInput(evaluation=evaluation, readings=()))["answer"][0]


@pytest.mark.parametrize("turned", [False, True])
def test_a_significant_difference_is_better_or_worse_whichever_way_it_was_made(turned: bool):
    assert "better than CURB-65" in told(0.05, 0.01, turned)
    assert "difference 0.05, 95 % CI 0.01 to 0.09; DeLong p = .01" in told(0.05, 0.01, turned)
    assert "worse than CURB-65" in told(-0.05, 0.01, turned)
    assert "95 % CI −0.09 to −0.01" in told(-0.05, 0.01, turned)


def test_no_significance_is_no_equality():
    sentence = told(0.05, 0.2)
    assert sentence.startswith("No difference between resnet18 and CURB-65")
    assert "could be shown" in sentence
    assert "better" not in sentence
    assert "equal" not in sentence


def test_without_a_test_there_is_no_verdict():
    for sentence in (told(None, None), told(0.05, None)):
        assert "better" not in sentence
        assert "worse" not in sentence
        assert "AUROC 0.75 vs 0.70" in sentence


def test_an_evaluation_of_nothing_says_so():
    evidence = build_evidence(EvidenceInput(evaluation=Evaluation(task="survival"), readings=()))
    assert evidence["answer"] == ["No measure could be made; the warnings below say why."]
    assert render_html(evidence)


def test_the_headline_is_of_the_cohort_with_most_events_and_not_of_the_best_result(
    given: EvidenceInput, evidence: dict
):
    rows = [r for r in given.evaluation.measures if (r.reader, r.measure) == ("resnet18", "auroc")]
    external = {row.part: row.events for row in rows if row.part.startswith("cohort")}
    assert max(external, key=external.get) in evidence["answer"][0]


def test_validation_is_shown_nowhere_as_a_result(evidence: dict):
    assert "validation" not in evidence["parts"]
    assert all(panel["part"] != "validation" for f in evidence["figures"] for panel in f.get("panels", ()))


def test_one_colour_a_reader_and_grey_for_the_score(evidence: dict):
    colours = {reader["name"]: reader["colour"] for reader in evidence["readers"]}
    assert colours["resnet18"] == colours["resnet18-ensemble"]
    assert colours["curb65"] == "#6B6B6B"
    assert len({colours[name] for name in ("resnet18", "small_cnn", "curb65", "resnet18+curb65")}) == 4
    for figure in evidence["figures"]:
        for panel in figure.get("panels", ()):
            for line in panel["lines"]:
                assert line.get("colour", colours.get(line.get("reader"))) == colours.get(line.get("reader"))


def test_made_again_without_study_the_readers_are_still_known_by_name(given: EvidenceInput):
    bare = dataclasses.replace(
        given, study=None, cohort=None, truth=given.cohort.truth(), table_one=None, findings=None
    )
    evidence = build_evidence(bare)
    roles = {reader["name"]: reader["role"] for reader in evidence["readers"]}
    assert roles["curb65"] == "score"
    assert roles["resnet18+curb65"] == "combination"
    assert evidence["comparator"] == "curb65"
