"""The stage of a run that looks inside its network while it reads one of the report's examples."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from hilum.cohorts import Cohort
from hilum.conduct.explain_stage import FOLDER as EXPLAINED
from hilum.conduct.inside import inside_model
from hilum.conduct.run_folder import RunFolder
from hilum.errors import HilumError
from hilum.files import write_atomically
from hilum.reporting.inside import write_inside
from hilum.reporting.inside_section import inside_section
from hilum.study import Study

FOLDER, SECTION = "inside", "section.json"


def inside_stage(study: Study, cohort: Cohort, run: RunFolder, key: str) -> str:
    """Look inside the explained model, and write a page of its own and the report's section.

    Of the examples that were judged rightly the one farthest from the threshold is shown. A model into which
    one cannot look, such as one that reads volumes, leaves an empty section; the log says why.

    Args:
        study: The study.
        cohort: Its cohort.
        run: The run, with models and explained examples.
        key: The key of the stage that explained the examples; empty where nothing was explained.

    Returns:
        The stage's key; empty where nothing is asked or explained.
    """
    if not (key and study.explanation.inside):
        return ""
    outputs = [f"{FOLDER}/{SECTION}"]
    return run.stage("inside", {"explained": key}, outputs, lambda: _work(cohort, run))


def load_section(run: Path) -> dict[str, Any]:
    """What the report shows; empty where there is nothing to show."""
    path = run / FOLDER / SECTION
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _work(cohort: Cohort, run: RunFolder) -> None:
    folder = run.path / FOLDER
    folder.mkdir(exist_ok=True)
    section: dict[str, Any] = {}
    examples = json.loads((run.path / EXPLAINED / "examples.json").read_text(encoding="utf-8"))["examples"]
    if examples:
        chosen = max(examples, key=_clarity)
        try:
            section = _look(cohort, run.path, chosen["reader"], chosen["case"])
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not cost the report
            reason = str(error) if isinstance(error, HilumError) else type(error).__name__
            run.log("not looked inside", reader=chosen["reader"], reason=reason)
    write_atomically(folder / SECTION, json.dumps(section, ensure_ascii=False))


def _clarity(example: dict[str, Any]) -> tuple[bool, float]:
    """Whether an example was judged rightly, and how far from the threshold."""
    score, threshold = example["scores"].get(example["reader"]), example["threshold"]
    return bool(example["right"]), 0.0 if None in (score, threshold) else abs(score - threshold)


def _look(cohort: Cohort, run: Path, reader: str, case: str) -> dict[str, Any]:
    place = int((cohort.cases["case"].astype(str) == case).to_numpy().argmax())
    image = cohort.root / cohort.images_of_cases[place][0]
    truth = _truth(cohort, cohort.cases.iloc[place])
    inside, looked = inside_model(run / "models" / reader, image, truth)
    write_inside(inside, looked, folder=run / FOLDER)
    return inside_section(inside, looked, case, truth)


def _truth(cohort: Cohort, row: "pd.Series[Any]") -> str | None:
    """What the image shows, as `hilum inside` is told; None where that is no single word."""
    if cohort.task.kind == "classification":
        return str(row["label"])
    if cohort.task.kind == "findings":
        there = [name for name in cohort.task.findings if row[name] == 1]
        return there[0] if there else f"no {cohort.task.findings[0]}"
    return None
