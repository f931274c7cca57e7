"""Whatever a study file can say is asked for in the browser, or it is written down here why not."""

import re
import types
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from hilum.study import (
    CohortOptions,
    Explanation,
    ManyFindings,
    Preparation,
    ReaderOptions,
    Regression,
    SplitOptions,
    Study,
    Survival,
)
from hilum.study.evaluation_options import EvaluationTable
from hilum.study.reader_options import TRAINING_KEYS
from hilum.study.tasks import Classification

STUDIES = Path(__file__).resolve().parents[2] / "web" / "src" / "studies"
FIELDS = (STUDIES / "settings" / "fields.ts").read_text(encoding="utf-8")
MODELS: dict[str, tuple[type[Any], ...]] = {
    "cohort": (CohortOptions,),
    "task": (Classification, ManyFindings, Survival, Regression),
    "split": (SplitOptions,),
    "preparation": (Preparation,),
    "readers": (ReaderOptions,),
    "evaluation": (EvaluationTable,),
    "explanation": (Explanation,),
}
# Keys that a step of the page asks for as the study grows, or that another field writes with its own: the
# file, and what in it writes the key.
BY_STEPS = {
    "title": ("StudyPage.tsx", '["title"]'),
    "cohort.images": ("steps/ImagesStep.tsx", '["cohort", "images"]'),
    "cohort.patient_pattern": ("steps/ImagesStep.tsx", '["cohort", "patient_pattern"]'),
    "cohort.table": ("steps/TableStep.tsx", '["cohort", "table"]'),
    "cohort.patient": ("steps/TableStep.tsx", 'choose("patient"'),
    "cohort.case": ("steps/TableStep.tsx", 'choose("case"'),
    "cohort.image": ("steps/TableStep.tsx", 'choose("image"'),
    "task.kind": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.label": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.positive": ("steps/TaskStep.tsx", "keys.positive ="),
    "task.time_days": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.time_years": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.event": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.value": ("steps/TaskStep.tsx", "hand.take(keys"),
    "task.findings": ("settings/findings.ts", 'kind: "findings", findings:'),
    "split.parts_column": ("settings/Parts.tsx", '["split", "parts_column"], value: name'),
    "split.seed": ("steps/CohortStep.tsx", '["split", "seed"]'),
    "preparation.windows": ("settings/Windows.tsx", '["preparation", "windows"]'),
    "readers.score": ("steps/ReadersStep.tsx", "score: score.name"),
    "readers.product": ("steps/ReadersStep.tsx", "product: name"),
    "readers.combine": ("steps/ReadersStep.tsx", "combine: chosen"),
    "readers.mapping": ("steps/ReadersStep.tsx", "mapping: given"),
    "readers.threshold_rule": ("settings/Threshold.tsx", '"threshold_rule"], value: rule'),
}
TOML_ONLY = {
    "version": "there is one version of the study file's language",
    "split.by": "parts are always by patient",
    "split.folds": "cross-validation is not available yet",
    "readers.choices": "codes of a score's inputs, which its reference lists and each score has of its own",
    **{
        f"readers.training.{key}": "a setting for an expert, decided from the data where it is left out"
        for key in TRAINING_KEYS
        if key != "class_balance"
    },
}


def _keys() -> set[str]:
    keys = {key for key in Study.model_fields if key not in MODELS}
    for table, models in MODELS.items():
        keys |= {f"{table}.{key}" for model in models for key in model.model_fields}
    return (keys - {"readers.training"}) | {f"readers.training.{key}" for key in TRAINING_KEYS}


def _asked() -> set[str]:
    return set(re.findall(r'\bat: "([\w.]+)"', FIELDS))


def test_every_key_has_a_field_or_a_step_or_a_reason():
    missing = _keys() - _asked() - BY_STEPS.keys() - TOML_ONLY.keys()
    assert missing == set()


def test_nothing_is_asked_for_that_a_study_file_does_not_have():
    assert (_asked() | BY_STEPS.keys() | TOML_ONLY.keys()) - _keys() == set()


def test_no_key_is_excused_that_has_a_field():
    assert _asked() & TOML_ONLY.keys() == set()


@pytest.mark.parametrize(("key", "where"), BY_STEPS.items(), ids=BY_STEPS)
def test_the_steps_write_what_is_said_of_them(key, where):
    file, written = where
    assert written in (STUDIES / file).read_text(encoding="utf-8"), key


def _literals(annotation: Any) -> set[str]:
    """The words that an annotation allows, wherever in it they stand."""
    if get_origin(annotation) is Literal:
        return {str(word) for word in get_args(annotation)}
    if isinstance(annotation, types.UnionType) or get_origin(annotation) is not None:
        return set().union(*(_literals(part) for part in get_args(annotation)), set())
    return set()


def _fields() -> list[tuple[str, str, str, list[str]]]:
    """Key, kind, usual value and choices of every field."""
    found = []
    for block in re.split(r"\bat: ", FIELDS)[1:]:
        if not block.startswith('"'):
            continue
        usual = re.search(r'usual: "([^"]*)"', block)
        choices = re.search(r"choices: \[(.*?)\n    \],", block, re.DOTALL)
        words = re.findall(r'\["([^"]+)", "\w+"\]', choices.group(1)) if choices else []
        kind = re.search(r'kind: "(\w+)"', block)
        assert kind
        found.append((block.split('"')[1], kind.group(1), usual.group(1) if usual else "", words))
    return found


@pytest.mark.parametrize(
    ("key", "choices"),
    [(key, choices) for key, _, _, choices in _fields() if choices],
    ids=str,
)
def test_a_field_offers_every_word_that_the_study_file_knows(key, choices):
    table, name = key.split(".")[:2]
    if name in {"pretrained", "training"}:
        return  # a file may be named as well; balances are those of the plan
    words = _literals(MODELS[table][0].model_fields[name].annotation)
    assert set(choices) == words


def test_the_balances_are_those_that_a_plan_knows():
    from hilum.preparation.plan import Learning

    (choices,) = (choices for key, _, _, choices in _fields() if key.endswith("class_balance"))
    assert set(choices) == _literals(Learning.model_fields["class_balance"].annotation)


@pytest.mark.parametrize(("key", "usual"), [(key, usual) for key, _, usual, _ in _fields() if usual])
def test_what_a_field_calls_usual_is_what_the_study_file_decides(key, usual):
    table, name = key.split(".")
    default = MODELS[table][0].model_fields[name].get_default(call_default_factory=True)
    default = {"readers.bun_rule": "printed"}.get(key, default)  # decided by the score
    plain = ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
    assert (plain.lower() if isinstance(default, bool) else plain) == usual
