"""From the numbers that a run kept to its report."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hilum.cohorts import Cohort, table_one
from hilum.conduct.cohort_stage import load_findings
from hilum.conduct.evaluate_stage import evaluation_options
from hilum.conduct.explain_stage import FOLDER, Explanations, load_explanations
from hilum.conduct.inside_stage import load_section
from hilum.conduct.learning_curve import Point, followed, load_points
from hilum.conduct.opinions import combination_path, readings_path
from hilum.conduct.placed import placed_counts
from hilum.conduct.provenance import provenance
from hilum.conduct.run_folder import RunFolder
from hilum.evaluation import Evaluation, Readings
from hilum.models import load_facts
from hilum.readers import Combination
from hilum.reporting import EvidenceInput, build_evidence, write_report
from hilum.reporting.atlas_section import atlas_sections
from hilum.reporting.pdf import pdf_or_reason
from hilum.study import Study


def report_stage(
    study: Study,
    cohort: Cohort,
    run: RunFolder,
    key: str,
    inputs: Mapping[str, str],
    *,
    atlas: str | None = None,
    explained: str | None = "",
    inside: str | None = "",
) -> str:
    """Write the report of a run; returns the stage's key.

    Args:
        study: The study.
        cohort: Its cohort.
        run: The run, with findings, readings, models and evaluation.
        key: The key of the evaluation's stage.
        inputs: The hashes of the run's inputs.
        atlas: The key of the atlas's stage, where the study asks for an atlas.
        explained: The key of the stage that explains examples; empty where nothing is explained.
        inside: The key of the stage that looks inside a network; empty where nobody does.
    """

    def work() -> None:
        evaluation = Evaluation.load(run.path / "evaluation.json")
        names = [reader.resolved_name for reader in study.readers]
        explanations = load_explanations(run.path / FOLDER) if explained else Explanations()
        readings = {name: Readings.load(readings_path(run.path, name)) for name in names}
        evidence = build_evidence(
            EvidenceInput(
                evaluation=evaluation,
                readings=tuple(readings.values()),
                study=study,
                cohort=cohort,
                table_one=table_one(cohort),
                findings=load_findings(run.path / "findings.json"),
                plan=_plans(run),
                examples=explanations.examples,
                map_checks=explanations.checks,
                map_notes=explanations.notes,
                combinations=_combinations(study, run),
                provenance=provenance(inputs, run.stages(), study.split.seed),
                training=_training(study, run),
                learning_curve=_learning_curves(study, cohort, evaluation, run),
                options=evaluation_options(study, {name: one.readers for name, one in readings.items()}),
                atlas=atlas_sections(run.path) if atlas else (),
                inside=load_section(run.path) if inside else {},
                made_at=datetime.now(UTC).date().isoformat(),
            )
        )
        write_report(evidence, run.path)
        if reason := pdf_or_reason(evidence, run.path):
            run.log("no pdf", reason=reason)

    asked = [reader.resolved_name for reader in study.readers if reader.learning_curve]
    inputs_of_report: dict[str, Any] = (
        {"evaluation": key, "learning curves": asked} if asked else {"evaluation": key}
    )
    if atlas:
        inputs_of_report |= {"atlas": atlas}
    if explained:
        inputs_of_report |= {"explained": explained}
    if inside:
        inputs_of_report |= {"inside": inside}
    return run.stage("report", inputs_of_report, ["report.html", "evidence.json"], work)


def _learning_curves(
    study: Study, cohort: Cohort, evaluation: Evaluation, run: RunFolder
) -> dict[str, tuple[Point, ...]]:
    """What was reached with fewer training cases, and with all of them."""
    curves = {}
    for reader in study.readers:
        name = reader.resolved_name
        points = load_points(run.path / "learning" / f"{name}.json")
        whole = followed(evaluation, name)
        if points and whole is not None and whole.value is not None and whole.se is not None:
            curves[name] = (*points, (float(len(cohort.train.cases)), whole.value, whole.se))
    return curves


def _models(study: Study) -> list[str]:
    return [reader.resolved_name for reader in study.readers if reader.model is not None]


def _plans(run: RunFolder) -> dict[str, Any]:
    path = run.path / "plan.json"
    plans: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: {**plan, "placed": placed_counts(run.path, plan)} for name, plan in plans.items()}


def _combinations(study: Study, run: RunFolder) -> tuple[Combination, ...]:
    names = [reader.resolved_name for reader in study.readers if reader.combine is not None]
    return tuple(Combination.load(combination_path(run.path, name)) for name in names)


def _training(study: Study, run: RunFolder) -> dict[str, Any]:
    """What happened in training, by reader; of several repeats, the first."""
    return {name: dict(load_facts(run.path / "models" / name / "1").training) for name in _models(study)}
