"""Question, answer, tables and figures of every task: the evaluation's numbers, in words that fit."""

import dataclasses
import re
from html import unescape

import numpy as np
import pytest

from hilum.evaluation import Comparison, Measure, aalen_johansen, risk_groups
from hilum.reporting import EvidenceInput, build_evidence, render_html
from hilum.reporting.alike import said_once
from hilum.reporting.format import estimate, number, p_value
from hilum.reporting.pdf import render_pdf
from reporting.worlds import TASKS, competing_events, two_classes

QUESTIONS = {
    "two-classes": "How well do small_cnn, resnet18, CURB-65 and VUNO tell pneumonia from normal?",
    "several-classes": "How well do densenet and resnet18 tell the 4 classes apart?",
    "findings": "How well do chexnet and resnet18 tell which of 14 findings are present?",
    "one-horizon": "How well do resnet18, small_cnn and CURB-65 tell who has the event within 1 year?",
    "regression": "How well do bone_age_net and resnet18 measure the true value?",
    "detection": "How well do yolo and retinanet find the lesions?",
    "segmentation": "How well do unet and nnunet outline the region of interest?",
    "doctors": "How well do 5 doctors tell positive cases from negative ones without AI, and how well with "
    "AI?",
    "decisions-only": "How well do cnn, vuno and lunit tell pneumonia from normal?",
}
# Names of the program that nobody should have to read.
CODE_WORDS = re.compile(r"\b(fp_per_image|ipcw|nan|None|obuchowski_rockette|brier_t|auc_t|risk_group)\b")


def seen(page: str) -> str:
    """What stands on a page, without markup and what is linked."""
    without = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return unescape(without)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_question_fits_the_task(name: str, evidences: dict[str, dict]):
    assert evidences[name]["question"] == QUESTIONS[name]


@pytest.mark.parametrize("name", TASKS)
def test_no_code_words_reach_the_reader(name: str, pages: dict[str, str]):
    assert CODE_WORDS.findall(seen(pages[name])) == []


@pytest.mark.parametrize("name", TASKS)
def test_it_is_set_on_paper(name: str, evidences: dict[str, dict]):
    assert render_pdf(evidences[name]).startswith(b"%PDF")


@pytest.mark.parametrize("name", TASKS)
def test_tables_and_figures_say_what_they_are(name: str, evidences: dict[str, dict]):
    evidence = evidences[name]
    assert evidence["figures"]
    for item in (*evidence["figures"], *evidence["detail_tables"]):
        assert item["title"]
        assert not item["title"].endswith((".", "?"))
        assert item["caption"].rstrip().endswith(".")
    for table in evidence["detail_tables"]:
        for group in table["groups"]:
            assert all(len(row["cells"]) == len(table["columns"]) - 1 for row in group["rows"])


def row_of(given: EvidenceInput, *wanted: str | None) -> Measure:
    rows = given.evaluation.measures
    return next(row for row in rows if (row.reader, row.part, row.measure, row.at, row.of) == wanted)


def test_a_number_is_told_with_its_error_its_bias_and_its_limits(
    worlds: dict[str, EvidenceInput], evidences: dict[str, dict]
):
    given, first = worlds["regression"], evidences["regression"]["answer"][0]
    mae, bias, low, high = (
        row_of(given, "bone_age_net", "cohort B", name, None, None)
        for name in ("mae", "bias", "limit_low", "limit_high")
    )
    assert f"mean absolute error of {estimate(mae.value, mae.low, mae.high)}; it is too high by" in first
    assert f"by {number(bias.value)} on average" in first
    assert f"lie between {number(low.value)} and {number(high.value)} (cohort B, n = {mae.n})" in first


def test_lesions_are_told_at_one_false_positive(worlds: dict, evidences: dict[str, dict]):
    first = evidences["detection"]["answer"][0]
    row = row_of(worlds["detection"], "yolo", "test", "froc", "fp_per_image=1", None)
    shown = f"{100 * row.value:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f} %)"
    assert f"yolo finds {shown} of lesions at 1 false positive per image" in first


def test_doctors_are_told_as_a_group(worlds: dict, evidences: dict[str, dict]):
    first, second, third = evidences["doctors"]["answer"]
    rows = worlds["doctors"].evaluation.comparisons
    row = next(r for r in rows if (r.measure, r.method) == ("auroc", "obuchowski_rockette"))
    assert first.startswith("With AI, the 5 doctors’ mean AUROC rose (")
    assert f"difference {number(row.difference)}, 95 % CI {number(row.low)} to {number(row.high)}" in first
    assert p_value(row.p) in first
    assert "seconds shorter on average" in second
    assert third.startswith("cnn alone reached")


def test_where_the_doctors_do_not_gain_nothing_is_claimed(worlds: dict):
    given = worlds["doctors"]
    rows = tuple(dataclasses.replace(row, p=0.4) for row in given.evaluation.comparisons)
    evaluation = dataclasses.replace(given.evaluation, comparisons=rows)
    first = build_evidence(dataclasses.replace(given, evaluation=evaluation))["answer"][0]
    assert first.startswith("With AI, no change of the 5 doctors’ mean AUROC could be shown")


def test_the_average_of_findings_stands_beside_no_findings_counts(evidences: dict[str, dict]):
    table = evidences["findings"]["operating_table"]
    assert all(row["counts"] is None for row in table["rows"])
    assert not any(figure["kind"] == "confusion" for figure in evidences["findings"]["figures"])


def test_each_horizon_has_its_own_threshold_and_counts(worlds: dict, evidences: dict[str, dict]):
    evaluation = worlds["competing-events"].evaluation
    rows = evidences["competing-events"]["operating_table"]["rows"]
    assert {row["at"] for row in rows} == {"365d", "730d", "1095d", "1825d"}
    for row in rows:
        wanted = (row["reader"], row["part"], row["at"])
        matrix = next(c for c in evaluation.confusions if (c.reader, c.part, c.at) == wanted)
        assert row["counts"]["tp"] == matrix.counts[1][1]
        name = row["reader"] if row["at"] == "365d" else f"{row['reader']}@{row['at']}"
        assert row["thresholds"] == [evaluation.thresholds[name]]


def test_competing_events_are_neither_events_nor_lost(worlds: dict, evidences: dict[str, dict]):
    given = worlds["competing-events"]
    frame, cuts = given.truth.frame, given.evaluation.risk_cuts["resnet18"]
    figure = next(f for f in evidences["competing-events"]["figures"] if f["kind"] == "kaplan_meier")
    panel = next(p for p in figure["panels"] if p["part"] == "test")
    inside = (frame["part"] == "test").to_numpy()
    assert panel["events"] == int((frame["event"][inside] == 1).sum())
    group = risk_groups(given.readings[0].frame["risk"].to_numpy(dtype=float), cuts)
    high = inside & (group == 2)
    curve = aalen_johansen(frame["time"][high].to_numpy(float), frame["event"][high].to_numpy(float))
    line = panel["lines"][-1]
    assert figure["incidence"]
    for day, value in zip(line["x"][1:], line["y"][1:], strict=True):
        assert value == pytest.approx(curve.at(day).value, abs=1e-5)
    for part in evidences["competing-events"]["flow"]["parts"]:
        assert part["events"] == int((frame["event"][frame["part"] == part["part"]] == 1).sum())


def test_calibration_under_competing_events_is_below_one_minus_kaplan_meier():
    def highest(given: EvidenceInput) -> list[float]:
        figures = build_evidence(given)["figures"]
        last = [figure for figure in figures if figure["kind"] == "calibration"][-1]
        return [max(line["y"]) for panel in last["panels"] for line in panel["lines"]]

    given = competing_events()
    assert given.truth is not None
    frame = given.truth.frame.assign(event=given.truth.frame["event"].replace(2, 0))
    censored = dataclasses.replace(given, truth=dataclasses.replace(given.truth, frame=frame))
    assert np.mean(highest(given)) < np.mean(highest(censored))


def test_a_bias_is_neither_best_nor_better(evidences: dict[str, dict]):
    evidence = evidences["regression"]
    cells = [c for b in evidence["main_table"]["blocks"] for row in b["rows"] for c in row["cells"]]
    assert any(cell["bold"] for cell in cells if cell["measure"] == "mae")
    assert not any(cell["bold"] for cell in cells if cell["measure"] == "bias")
    sides = {f["id"]: (f["worse"], f["better"]) for f in evidence["figures"] if f["kind"] == "forest"}
    assert sides["differences-mae"] == ("first reader better", "second reader better")
    assert sides["differences-bias"] == ("first reader lower", "first reader higher")


def test_p_adjusted_by_holm_stands_beside_the_plain_one(worlds: dict, evidences: dict[str, dict]):
    rows = worlds["two-classes"].evaluation.comparisons
    figure = next(f for f in evidences["two-classes"]["figures"] if f["kind"] == "forest")
    shown = figure["rows"][0]

    def p(ending: str) -> float | None:
        wanted = (shown["reader_a"], shown["reader_b"], shown["part"], "auroc", None)
        return next(
            r.p
            for r in rows
            if (r.reader_a, r.reader_b, r.part, r.measure, r.of) == wanted and r.method.endswith(ending)
        )

    assert shown["p"] == p("delong_paired") or shown["p"] == p("delong_paired_clustered")
    assert shown["p_holm"] is not None
    assert shown["p_holm"] >= shown["p"]
    assert "adjusted by Holm" in figure["caption"]
    assert any(
        "except those that are said to be (Holm)" in text
        for group in evidences["two-classes"]["limits"]
        for text in group["texts"]
    )


def test_a_test_of_a_margin_is_never_taken_for_the_difference():
    given = two_classes()
    plain = [row for row in given.evaluation.comparisons if row.margin is None]
    margins = [row for row in given.evaluation.comparisons if row.margin is not None]
    assert margins
    turned = dataclasses.replace(given.evaluation, comparisons=(*margins, *plain))
    one, other = (build_evidence(g) for g in (given, dataclasses.replace(given, evaluation=turned)))
    assert one["answer"] == other["answer"]
    assert one["figures"][0]["rows"] == other["figures"][0]["rows"]


def test_methods_name_rules_samples_seed_groups_margins_and_programs(evidences: dict[str, dict]):
    text = " ".join(item["text"] for item in evidences["two-classes"]["methods"])
    for words in (
        "Youden’s index",
        "a sensitivity of at least 0.95 (resnet18)",
        "logistic regression on the logit (Platt), fitted on the validation part alone",
        "in groups by sex and age group",
        "0.05 for AUROC",
        "at a prevalence of 0.05",
        "rest on 100 samples of patients; seed 0",
        "Software: hilum ",
    ):
        assert words in text, words


def test_the_learning_curve_is_drawn_where_there_is_one():
    points = [(100.0, 0.70, 0.01), (200.0, 0.75, 0.01), (400.0, 0.79, 0.01), (800.0, 0.82, 0.01)]
    given = dataclasses.replace(two_classes(), learning_curve={"small_cnn": points})
    evidence = build_evidence(given)
    figure = next(f for f in evidence["figures"] if f["kind"] == "learning_curve")
    assert figure["lines"][0]["x"] == [100.0, 200.0, 400.0, 800.0]
    assert "twice as many cases would add +0.0" in figure["caption"]
    page = render_html(evidence)
    assert "Training cases" in page
    assert "Does more data still help?" in page


def test_too_few_sizes_are_said_to_be_too_few():
    given = dataclasses.replace(two_classes(), learning_curve={"small_cnn": [(100.0, 0.7, 0.01)]})
    figure = next(f for f in build_evidence(given)["figures"] if f["kind"] == "learning_curve")
    assert "needs four sizes" in figure["caption"]


def test_what_holds_for_several_is_said_once():
    texts = [f"{n} cases of {part} have no score; they are left out." for n, part in ((4, "test"), (9, "B"))]
    assert said_once(texts) == [f"{texts[0]} Likewise: 9 cases of B."]
    assert said_once(["One thing is found here.", "Another matter altogether!"]) == [
        "One thing is found here.",
        "Another matter altogether!",
    ]


def test_comparisons_are_rows_of_the_evaluation(worlds: dict, evidences: dict[str, dict]):
    for name in TASKS:
        rows: list[Comparison] = list(worlds[name].evaluation.comparisons)
        known = {(r.reader_a, r.reader_b, r.part, r.difference) for r in rows}
        known |= {(b, a, part, None if d is None else 0.0 - d) for a, b, part, d in known}
        for figure in evidences[name]["figures"]:
            for row in figure["rows"] if figure["kind"] == "forest" else ():
                assert (row["reader_a"], row["reader_b"], row["part"], row["difference"]) in known
