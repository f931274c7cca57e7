"""Checklists say what the report holds, where, and what is missing; nothing that it does not hold."""

import json
import re
from dataclasses import replace

import pytest

from hilum.reporting import build_evidence, evaluation_report, render_html
from hilum.reporting.checklists import fill_checklists
from hilum.reporting.render import _environment

PLAN = {
    "resnet18": {
        "model": "resnet18",
        "picture": {"size": 224, "fit": "letterbox", "normalisation": "percentile"},
        "learning": {
            "epochs": 12,
            "optimiser": "adamw",
            "learning_rate": 0.001,
            "weight_decay": 0.05,
            "batch_size": 8,
            "class_balance": "none",
        },
        "augmentation": {"shift": 0.1},
        "notes": ["starts from random weights, as asked"],
    }
}


def items(evidence: dict, key: str) -> dict[str, dict]:
    filled = next(each for each in fill_checklists(evidence) if each["key"] == key)
    return {item["number"]: item for section in filled["sections"] for item in section["items"]}


def states(evidence: dict, key: str) -> dict[str, str]:
    return {number: item["state"] for number, item in items(evidence, key).items()}


@pytest.fixture(scope="module")
def tables_only(two_classes) -> dict:
    evaluation, readings, truth = two_classes
    return evaluation_report(evaluation, readings, truth, "Three readers")


@pytest.fixture(scope="module")
def planned(given) -> dict:
    return build_evidence(replace(given, plan=PLAN))


def test_tables_alone_leave_open_what_needs_a_study(tables_only: dict):
    tripod, claim = states(tables_only, "tripod-ai"), states(tables_only, "claim")
    stard, probast = states(tables_only, "stard-ai"), states(tables_only, "probast-ai")
    needs_study = ["6b", "7", "12a", "12b", "12c", "12g", "13", "16", "18f", "20a", "20b", "20c"]
    assert {tripod[number] for number in needs_study} == {"open"}
    unknown = ["8", "9", "11", "19", "20", "22", "23", "24", "25", "26", "27", "31", "32", "33", "35", "36"]
    assert {claim[number] for number in unknown} == {"open"}
    assert {stard[number] for number in ("7", "13", "14", "15a", "15b", "24", "25", "29", "40b")} == {"open"}
    assert {probast[number] for number in ("D1.3", "D2.2", "D4.1", "D4.5", "E4.1", "E4.5")} == {"open"}
    assert stard["30"] == stard["31"] == "answered"
    assert claim["38"] == "answered"


def test_a_study_answers_what_it_decided(evidence: dict):
    tripod, claim = items(evidence, "tripod-ai"), items(evidence, "claim")
    assert tripod["12a"]["state"] == "answered"
    assert claim["20"]["answer"] == "Parts are disjoint by patient: all cases of a patient stay in one part"
    first, last = evidence["flow"]["steps"][0], evidence["flow"]["steps"][-1]
    assert f"{first['cases']:,} cases at the start, {last['cases']:,} analysed" in claim["35"]["answer"]
    assert claim["33"]["answer"] == "Results of cohort A and cohort B"
    assert claim["39"]["state"] == "part"
    assert claim["39"]["place"] == "examples"


def test_training_is_answered_only_where_it_is_told(evidence: dict, planned: dict):
    for key, numbers in {
        "tripod-ai": ("7", "12b", "12c", "13"),
        "claim": ("9", "22", "24", "25", "26"),
        "stard-ai": ("14", "15b"),
        "probast-ai": ("D2.2", "D4.4", "D4.5", "E4.4"),
    }.items():
        told, untold = states(planned, key), states(evidence, key)
        assert {untold[number] for number in numbers} == {"open"}, key
        assert "open" not in {told[number] for number in numbers}, key
    assert (
        items(planned, "probast-ai")["D4.4"]["answer"] == "Nothing was done about class balance in training"
    )


def test_what_only_a_person_knows_is_always_open(evidence: dict, planned: dict, tables_only: dict):
    for known in (evidence, planned, tables_only):
        assert {states(known, "tripod-ai")[n] for n in ("1", "2", "10", "17", "18a", "19", "25")} == {"open"}
        assert {states(known, "claim")[n] for n in ("1", "5", "13", "16", "18", "21", "41", "44")} == {"open"}
        assert {states(known, "stard-ai")[n] for n in ("6", "10", "12", "16b", "22", "32", "39")} == {"open"}
        assert {states(known, "probast-ai")[n] for n in ("D1.1", "D1.2", "E2.3", "E3.4")} == {"open"}


def test_risk_groups_of_a_reader_are_no_groups_of_patients(evidence: dict):
    rows = evidence["evaluation"]["measures"]
    assert any(str(row["of"]).startswith("risk_group=") for row in rows)
    assert states(evidence, "stard-ai")["23"] == "open"
    assert items(evidence, "tripod-ai")["23a"]["missing"] == "key groups of patients"
    grouped = json.loads(json.dumps(evidence))
    grouped["evaluation"]["measures"].append({**rows[0], "of": "sex=F"})
    assert items(grouped, "stard-ai")["23"]["answer"] == "Performance by sex"
    assert items(grouped, "tripod-ai")["23a"]["state"] == "answered"


def test_readers_that_came_as_tables_are_named_as_unknown(evidence: dict):
    product = json.loads(json.dumps(evidence))
    product["readers"][0]["role"] = "product"
    asked = items(product, "stard-ai")["15a"]
    assert asked["state"] == "part"
    assert product["readers"][0]["label"] in asked["missing"]


def measuring(evidence: dict, *names: str) -> dict:
    """The evidence with these measures alone, and no figures or further table."""
    rows = [{**evidence["evaluation"]["measures"][0], "measure": name, "value": 0.5} for name in names]
    bare = {**evidence, "figures": [], "further_table": None}
    return {**bare, "evaluation": {**evidence["evaluation"], "measures": rows}}


def test_what_was_not_measured_is_said(evidence: dict):
    asked = items(measuring(evidence, "harrell_c", "o_e"), "probast-ai")["E4.7"]
    assert asked["answer"] == "Measured: discrimination and calibration"
    assert asked["missing"].startswith("net benefit, not measured here")
    asked = items(measuring(evidence, "auroc", "calibration_slope", "net_benefit"), "probast-ai")["E4.7"]
    assert asked["answer"] == "Measured: discrimination, calibration and net benefit"
    assert asked["missing"] == "the judgement"
    assert states(measuring(evidence), "probast-ai")["E4.7"] == "open"


def test_numbers_add_up_and_the_line_says_them(evidence: dict, planned: dict, tables_only: dict):
    for known in (evidence, planned, tables_only):
        for each in fill_checklists(known):
            found = [item["state"] for section in each["sections"] for item in section["items"]]
            assert each["total"] == len(found) == each["answered"] + each["part"] + each["open"]
            shown = each["answered"] + each["part"] if each["judged"] else each["answered"]
            assert each["count"].replace("Facts for ", "").startswith(f"{shown} of {each['total']} ")
            assert {item["state"] for s in each["sections"] for item in s["items"] if item["missing"]} <= {
                "part"
            }


def test_links_lead_to_places_that_are_on_the_page(evidence: dict, planned: dict, tables_only: dict):
    for known in (evidence, planned, tables_only):
        ids = set(re.findall(r'\bid="([^"]+)"', render_html(known)))
        places = {
            item["place"]
            for key in ("tripod-ai", "claim", "stard-ai", "probast-ai")
            for item in items(known, key).values()
        }
        assert places - {""} <= ids
        assert len(places) > 2


def test_checklists_are_plain_data_and_always_the_same(evidence: dict):
    filled = fill_checklists(evidence)
    assert json.loads(json.dumps(filled)) == filled == fill_checklists(json.loads(json.dumps(evidence)))


def section_of(evidence: dict) -> str:
    filled = {**evidence, "checklists": fill_checklists(evidence)}
    return _environment().get_template("checklists.html.j2").render(evidence=filled)


def test_the_section_is_folded_and_can_be_heard(evidence: dict):
    html = section_of(evidence)
    assert html.count("<details ") == html.count("<summary>") == html.count("<caption>") == 4
    assert "<details open" not in html
    assert len(re.findall(r"<th\b", html)) == len(re.findall(r"<th\b[^>]*\bscope=", html))
    for each in fill_checklists(evidence):
        assert each["count"] in html
    assert "http" not in html


def test_words_from_outside_stay_words(evidence: dict):
    html = section_of({**evidence, "question": "<script>alert(1)</script>"})
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_evidence_without_checklists_makes_no_section(evidence: dict):
    bare = {name: value for name, value in evidence.items() if name != "checklists"}
    assert _environment().get_template("checklists.html.j2").render(evidence=bare).strip() == ""
