"""The Korean templates of what is said of studies, cohorts, readers, measures and reports."""

import ast
import re
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from hilum.errors import HilumError
from hilum.readers import SCORES
from hilum.reporting.labels import MEASURE_LABELS
from hilum.serving import language
from hilum.serving.korean import (
    answers,
    cohorts,
    conduct,
    evaluation,
    evaluation_errors,
    measure_names,
    models,
    readers,
    reporting,
    scores,
    study,
    told_in_korean,
)
from hilum.serving.korean.telling import _value, known
from hilum.serving.korean.templates import template
from hilum.serving.results_told import told_results

MODULES = (
    *(cohorts, study, conduct, readers, scores, models, evaluation, evaluation_errors),
    *(reporting, answers, measure_names),
)
PLACE = re.compile(r"\{(\w+)(!?)(?::(\w+))?\}")
# What stays as it is: what is quoted, names of methods, measures and files, units, keys of a study file.
QUOTED = re.compile(
    r"`[^`]*`|\"[^\"]*\"|\[\[?[\w.]+\]\]?|\{[^}]*\}|--?[\w-]+|\w+ ?= |[A-Za-z_]+[._/(][\w./()-]+"
)
NAMED = re.compile(r"[A-Za-z]*[A-Z][A-Za-z’']*")
KEPT = frozenset(
    re.findall(
        r"\w+",
        """hilum timm auto linear train test validation calibration cause specific hazard in the large loess log max typst mid mg dL mm mmol kg cm pH mmHg monai onnxscript vs et al tau margin kappa alpha temperature occlusion patient_pattern choose findings combine images case image table patient label column name value mixup cutmix true false with without alone AI wilson centre crop consistency platt isotonic self slices resnet safetensors first last before after together all reader models how docs to pretrained weights p n x y z m t g r h rpm or pull no accession a maps group csv parquet toml id numpy savez pip install onnx archive unit percent fraction""",
    )
)


def _foreign(korean: str) -> list[str]:
    """English words of a Korean template that are neither quoted nor names."""
    plain = NAMED.sub(" ", QUOTED.sub(" ", korean))
    return [word for word in re.findall(r"[a-z]+", plain) if word not in KEPT]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_both_sides_hold_the_same_values_and_the_korean_one_is_korean(module):
    for english, korean in module.SENTENCES.items():
        assert {m.group(1) for m in PLACE.finditer(english)} == {m.group(1) for m in PLACE.finditer(korean)}
        template(english, korean)
        assert not _foreign(korean), korean
        if english.endswith((".", "?")) and len(english.split()) > 6 and not korean.endswith("}"):
            assert korean.endswith((".", "?", ")")), korean


def _filled(text: str) -> str:
    """A template with values as the program gives them: numbers, or words that no template has."""
    return PLACE.sub(lambda m: f"Zz{m.group(1)}9", text)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_no_template_is_swallowed_by_another(module):
    for english, korean in module.SENTENCES.items():
        if "{likewise}" in english or "{others}" in english:
            continue
        one = template(english, korean)
        values = {m.group(1): f"Zz{m.group(1)}9" for m in PLACE.finditer(english)}
        told = told_in_korean(_filled(english))
        assert told == one.filled(values, partial(_value, of=known(), room=one.room, depth=1)), english


SOURCE = Path(__file__).resolve().parents[2] / "src" / "hilum"
ROOMS = (
    *("cohorts", "study", "tasks", "preparation", "models", "readers", "training", "conduct", "evaluation"),
    *("explanation", "reporting"),
)
ERRORS = {each.__name__ for each in (HilumError, *HilumError.__subclasses__())}
# Raised sentences that are put together from phrases: each is told as it really reads.
PUT_TOGETHER = {
    "cohorts/choosing.py": "2 patients have several images (up to 3), and the study does not say which counts: write "
    'choose = "first after <column>", "last before <column>", "all" or "together" in [cohort]',
    "cohorts/from_folder.py": "no row of t.csv fits an image in films: `path` must hold paths below that folder, such "
    "as normal/film1.png",
    "cohorts/outcome.py": "`label` of t.csv has no class: two classes are needed to tell apart",
    "cohorts/outcome_numbers.py": "`bmd` of t.csv holds 1 value that is no number: write numbers alone, without unit "
    "or sign such as < (the first is `>3`)",
    "cohorts/together.py": "1 case has several patients: name cases so that each belongs to one patient",
    "study/files.py": "study.toml is not valid TOML: invalid value (at line 3, column 9): correct that line",
    "tasks/horizon.py": 'survival = "horizon" learns one horizon, and [task] names 2: leave one, or write survival = '
    '"hazard"',
    "preparation/effort.py": "the model `resnt18` is unknown: did you mean `resnet18`?",
    "models/build.py": "the model `resnt18` is unknown: did you mean `resnet18`?",
    "models/folder.py": "model.json in the model folder 1 is missing: name a folder that training left",
    "readers/matching.py": "no row of a.csv is of a case of the cohort (9 rows, 8 cases): check the column that names "
    "the case, and whether its identifiers are real or research ones",
    "readers/product_columns.py": "a.csv has no column `scor`, which `mapping` names for score: did you mean `score`?",
    "readers/score_reader.py": "there is no score `curb`: did you mean `curb65`?",
    "readers/scores/columns.py": "CURB-65 needs `confusion` (new confusion, abbreviated mental test 8 or less, yes or "
    'no), which the table does not have: name the column in `mapping`, as in mapping = { confusion = "Name" } of a '
    "study file or --map confusion=Name",
    "readers/trained.py": "small_cnn could read none of 3 images",
    "conduct/without_labels.py": 'the reader `cnn` has `consistency` but no `unlabelled`: name "archive" or a folder '
    "of images without labels",
    "evaluation/inputs/tables.py": "column `score` of the readings holds 1 value that is no number, the first in data "
    "row 3: correct or empty it",
    "evaluation/measures/operating_point.py": "no threshold between two scores reaches a sensitivity of 0.99: the "
    "most is 0.97",
    "evaluation/tasks/binary_readers.py": "a threshold is given for cnn, which is no reader here: use one of vuno, or "
    "`*` for all",
}


def _texts(node: ast.expr) -> list[str]:
    """What an expression can read as: values stand for themselves, choices between texts are all made."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in product(*map(_piece, parts))]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [one + other for one in _texts(left) for other in _texts(right)]
    return []


def _piece(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.FormattedValue)
    value = node.value
    if isinstance(value, ast.IfExp):
        return [text for one in (value.body, value.orelse) for text in _texts(one) or ["7"]]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "hint":
        return ["did you mean `age`?"]
    return ["7"]


def _raised(room: str) -> Iterator[tuple[str, str]]:
    for path in sorted((SOURCE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or not call.args:
                continue
            if call.func.id in ERRORS:
                for text in _texts(call.args[0]):
                    if re.search(r"[a-z]{3}", text):
                        yield str(path.relative_to(SOURCE)), text


@pytest.mark.parametrize("room", ROOMS)
def test_every_error_that_a_room_raises_is_told_in_korean(room):
    said = list(_raised(room))
    assert len(said) > 5
    lacking = [
        f"{where}: {text}"
        for where, text in said
        if told_in_korean(text) == text and where not in PUT_TOGETHER
    ]
    assert not lacking, "write these in Korean, in src/hilum/serving/korean:\n" + "\n".join(lacking)


@pytest.mark.parametrize("sentence", PUT_TOGETHER.values(), ids=PUT_TOGETHER)
def test_a_sentence_put_together_from_phrases_is_told_whole(sentence):
    told = told_in_korean(sentence)
    assert told != sentence
    assert len(_foreign(told)) < 3, told


def _found_texts(room: str) -> Iterator[tuple[str, str]]:
    """The sentences of findings and of warnings about readers."""
    for path in sorted((SOURCE / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            place = {"Finding": 2, "ReaderWarning": 1, "Notice": 1}.get(name)
            if place is not None and len(node.args) > place:
                given = node.args[place]
                text = named.get(given.id) if isinstance(given, ast.Name) else given
                for each in _texts(text) if text is not None else []:
                    if re.search(r"[a-z]{3}", each):
                        yield str(path.relative_to(SOURCE)), each


# Findings and warnings that are put together from phrases.
FOUND = (
    (
        "1 group of copies lies in both train and validation: the choice of epoch and threshold leans on them; results on "
        "other parts are not affected"
    ),
    "2 images cannot be read and are left out of training and reading",
    "96 events in 996 cases (train 77, validation 9, test 10)",
    "the part test has only 1 case of `pneumonia`: its intervals will be wide",
    "the part test has only 4 events: its intervals will be wide",
    (
        "1 patient has images with different labels: this can be true (a disease came or went) or a slip of labelling; "
        "look at them"
    ),
    (
        "12 patients are in more than one part (test, train): results on them would be too good; put every patient into "
        "one part"
    ),
    (
        "3 labels are not known (mass 2, nodule 1): such a case is not learnt from, nor measured, for that finding, and "
        "counts for the others"
    ),
    "The combination at 30d was fitted on 18 events for 2 coefficients, fewer than 10 each: its weights are uncertain.",
    "66 cases are younger than 55 or older than 74 years, in whom PLCOall2014 was not made.",
)


@pytest.mark.parametrize("room", ["cohorts", "readers", "evaluation", "conduct"])
def test_every_finding_and_warning_is_told_in_korean(room):
    said = list(_found_texts(room))
    assert said
    together = {told_in_korean(text) for text in FOUND}
    assert not together & set(FOUND)
    lacking = [text for _, text in said if told_in_korean(text) == text and not _is_put_together(text)]
    assert not lacking, "write these in Korean, in src/hilum/serving/korean:\n" + "\n".join(lacking)


def _is_put_together(text: str) -> bool:
    """Whether one of the written-out sentences is this one with its phrases."""
    pattern = "(?:.+)".join(map(re.escape, re.split("7+", text)))
    return any(re.fullmatch(pattern, each) for each in FOUND)


LIMITS = (
    "Only 6 cases of test are with the condition: intervals are rough (likewise validation).",
    (
        "Cnn, vuno and curb65 have no reading of 9 of the 200 cases of validation; its measures and comparisons with it "
        "use the other 191. Likewise: 56 of the 1,400 cases of test."
    ),
    "The views are mixed (PA 3, AP 2): a model can read the view instead of the disease.",
    "The AUROC of cnn in test is 1 without any variation: its interval is too narrow (likewise validation).",
)


@pytest.mark.parametrize("sentence", LIMITS)
def test_a_limit_of_the_report_is_told_like_the_warning_it_was(sentence):
    told = told_in_korean(sentence)
    assert re.search("[가-힣][.)]", told), told


ANSWERS = {
    "The model image separates patients who died within 30 days from those who did not better than CURB-65 (AUROC at 30 "
    "days 0.78 vs 0.68; difference on the 4,772 cases that both read 0.10, 95 % CI 0.07 to 0.13; DeLong p < .001; the "
    "test part, n = 4,772, 862 deaths).": "image는 30일 이내 사망 환자를 그렇지 않은 환자와 구분하는 데 CURB-65보다 "
    "우수합니다(30일 시점의 AUROC 0.78 대 0.68; 둘 다 판독한 4,772례에서 차이 0.10, 95 % CI 0.07에서 0.13까지; "
    "DeLong p < .001; 시험 세트, n = 4,772, 사망 862례).",
    "Can the image tell pneumonia from normal?": "영상으로 pneumonia와 normal을 구분할 수 있습니까?",
    "The difference was +0.24 (−0.12 to 0.60) in the test part (n = 37, 2 events, p = .18).": "차이는 시험 세트에서 "
    "+0.24 (−0.12에서 0.60까지)입니다(n = 37, 사건 2례, p = .18).",
}


@pytest.mark.parametrize("english", ANSWERS)
def test_the_answer_keeps_its_numbers(english):
    assert told_in_korean(english) == ANSWERS[english]


def test_scores_say_what_they_are_and_need_in_korean():
    for score in SCORES:
        assert told_in_korean(score.sentence) != score.sentence
        for item in score.items:
            assert told_in_korean(item.label) != item.label


def test_measures_have_a_korean_name_or_one_that_is_said_alike():
    alike = {"F1", "ICI", "E50", "E90", "Dice", "HD95", "NSD", "AUROC", "AUC(t)", "wAFROC", "ICC(A,1)", "R²"}
    for label in MEASURE_LABELS.values():
        assert told_in_korean(label) != label or label in alike or "’" in label, label


def test_results_are_told_and_the_names_that_people_gave_are_left():
    shown = {
        "title": "report",
        "question": "Can the image tell pneumonia from normal?",
        "readers": [{"name": "report", "label": "report"}],
        "parts": ["cohort"],
        "main_table": {
            "columns": [{"part": "cohort", "label": "cohort"}],
            "blocks": [{"label": "Sensitivity"}],
        },
        "detail_tables": [
            {"columns": ["Reader", "report"], "groups": [{"rows": [{"label": "events", "cells": ["0.9"]}]}]}
        ],
        "figures": [{"title": "Calibration", "panels": [{"lines": [{"label": "report"}]}]}],
    }
    spoken = language._spoken.set(language.Language.KOREAN)
    try:
        told = told_results(shown)
    finally:
        language._spoken.reset(spoken)
    assert told["question"] == "영상으로 pneumonia와 normal을 구분할 수 있습니까?"
    assert told["main_table"] == {
        "columns": [{"part": "cohort", "label": "cohort"}],
        "blocks": [{"label": "민감도"}],
    }
    assert told["detail_tables"][0]["columns"] == ["판독자", "report"]
    assert told["detail_tables"][0]["groups"] == shown["detail_tables"][0]["groups"]
    assert told["figures"][0]["title"] == "보정(calibration)"
    assert (told["title"], told["readers"]) == ("report", shown["readers"])
    assert told_results(shown) == shown


def test_alike_limits_are_told_whole_in_korean():
    each = [
        "The index value of a.csv is off.",
        "3 of 41 cases of test have no reading of curb65; its measures leave them out.",
    ]
    shown = {
        "limits": [{"level": "warning", "code": "x", "texts": [each[0], "Likewise: 3 of 41."], "each": each}]
    }
    assert told_results(shown) == shown
    spoken = language._spoken.set(language.Language.KOREAN)
    try:
        told = told_results(shown)["limits"][0]["texts"]
    finally:
        language._spoken.reset(spoken)
    assert told == [told_in_korean(text) for text in each]
