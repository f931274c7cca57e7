"""A product's numbers keep their unit; its findings are read under the study's names."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.opinions import load_noticed, read_product
from hilum.errors import ReadingsError
from hilum.evaluation import Readings, evaluate
from hilum.readers import score
from hilum.study import make_study
from hilum.study.tasks import ManyFindings, Regression

NAMES = [f"c{number}" for number in range(20)]
TRUE = np.linspace(1, 90, 20)


def _cohort(task, **columns: object) -> Cohort:
    cases = pd.DataFrame({"case": NAMES, "patient": NAMES, "part": "test", "image": ""} | columns)
    return Cohort(cases, task, Path(), (), (), None, ())


def _read(folder: Path, cohort: Cohort, table: pd.DataFrame, **options: object) -> Readings:
    table.to_csv(folder / "p.csv", index=False)
    study = make_study({"cohort": {"images": "x"}, "readers": [{"product": "p.csv"} | options]})
    read_product(study.readers[0], StudyContext(study, folder, None, folder, "s"), cohort, folder)
    return Readings.load(folder / "readings" / "p.parquet")


@pytest.mark.parametrize(
    ("column", "mapping"),
    [
        ("emphysema_percent", {}),
        ("value", {}),
        ("score", {}),
        ("Lung < -950 HU (%)", {"value": "Lung < -950 HU (%)"}),
        ("Abnormality percent", {"score": "Abnormality percent"}),
    ],
)
@pytest.mark.parametrize("sure", ["50 %", "0.5"])
def test_a_number_is_kept_as_it_is_written(tmp_path, column, mapping, sure):
    cohort = _cohort(Regression(value="emphysema_percent"), value=TRUE)
    table = pd.DataFrame({"case": NAMES, column: TRUE + 1, "confidence": sure})
    readings = _read(tmp_path, cohort, table, mapping=mapping)
    assert evaluate([readings], cohort.truth()).find("p", "test", "bias").value == pytest.approx(1)
    assert not any("Abnorm" in warning.text or "%" in warning.text for warning in load_noticed(tmp_path, "p"))


def test_findings_are_read_under_the_names_of_the_study(tmp_path):
    cohort = _cohort(
        ManyFindings(findings=["Pleural effusion", "mass"]), **{"Pleural effusion": 1.0, "mass": 0.0}
    )
    table = pd.DataFrame(
        {"case": NAMES, "score_pleural_effusion": 0.5, "decision_MASS": 1, "score_other": 0.1}
    )
    readings = _read(tmp_path, cohort, table)
    assert set(readings.opinions) == {"score_Pleural effusion", "decision_mass", "score_other"}


def test_one_row_a_finding_serves_as_well(tmp_path):
    findings = ["Pleural effusion", "mass"]
    truth = {name: np.arange(20) % 2.0 for name in findings}
    cohort = _cohort(ManyFindings(findings=findings), **truth)
    rows = [(case, name, at / 20) for at, case in enumerate(NAMES) for name in ("pleural effusion", "Mass")]
    readings = _read(tmp_path, cohort, pd.DataFrame(rows, columns=["case", "finding", "score"]))
    assert set(readings.opinions) == {"score_Pleural effusion", "score_mass"}
    evaluation = evaluate([readings], cohort.truth())
    assert evaluation.find("p", "test", "auroc", of="mass").n == 20


def test_one_score_for_all_findings_together_is_refused_in_a_sentence(tmp_path):
    cohort = _cohort(ManyFindings(findings=["mass"]), mass=np.arange(20) % 2.0)
    readings = _read(tmp_path, cohort, pd.DataFrame({"case": NAMES, "score": TRUE / 100}))
    with pytest.raises(ReadingsError, match="p has no opinion on any finding of the truth: give it"):
        evaluate([readings], cohort.truth())


def test_a_clinical_score_can_stand_beside_a_number():
    rng = np.random.default_rng(2)
    points = rng.integers(0, 4, (20, 6))
    zones = {f"zone_{name}": points[:, at] for at, name in enumerate("abcdef")}
    cohort = _cohort(Regression(value="read_by_committee"), value=points.sum(axis=1) + 0.5, **zones)
    readings = score("brixia").read(cohort)
    assert evaluate([readings], cohort.truth()).find("brixia", "test", "bias").value == pytest.approx(-0.5)
