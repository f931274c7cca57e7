"""Compare the readers of a run, freeze what was chosen on validation, and keep the numbers."""

import dataclasses
from collections.abc import Mapping, Sequence

from hilum.cohorts import Cohort
from hilum.conduct.opinions import load_noticed, readings_path
from hilum.conduct.run_folder import RunFolder
from hilum.evaluation import Evaluation, EvaluationOptions, Notice, Readings, evaluate
from hilum.readers import SCORES
from hilum.readers.frozen import freeze_findings
from hilum.readers.trained import freeze_threshold
from hilum.study import ReaderOptions, Study


def evaluate_stage(
    study: Study, cohort: Cohort, run: RunFolder, readers: Sequence[str], keys: Mapping[str, str]
) -> tuple[Evaluation, str]:
    """Evaluate all readers of a run.

    Args:
        study: The study; it names thresholds and which scores are probabilities.
        cohort: The cohort that was read.
        run: The run, with the readings.
        readers: The readers' names, in the study's order.
        keys: The key of each reader's readings.

    Returns:
        The evaluation and the stage's key.
    """
    readings = [Readings.load(readings_path(run.path, name)) for name in readers]
    inside = {name: one.readers for name, one in zip(readers, readings, strict=True)}
    options = evaluation_options(study, inside)

    def work() -> None:
        result = evaluate(readings, cohort.truth(), options)
        noticed = [Notice(w.code, w.text, w.n) for name in readers for w in load_noticed(run.path, name)]
        result = dataclasses.replace(result, warnings=(*noticed, *result.warnings))
        _freeze_thresholds(study, run, result)
        result.save(run.path / "evaluation.json")

    inputs = {"readings": dict(keys), "options": repr(options)}
    key = run.stage("evaluate", inputs, ["evaluation.json"], work)
    return Evaluation.load(run.path / "evaluation.json"), key


def _freeze_thresholds(study: Study, run: RunFolder, result: Evaluation) -> None:
    """Write the threshold that was chosen on validation into each model folder, to travel with it."""
    for reader in study.readers:
        if reader.model is None:
            continue
        name = reader.resolved_name
        folder = run.path / "models" / name
        rule = "as the study says" if reader.threshold is not None else reader.threshold_rule or "youden"
        places = {name: folder, f"{name}-ensemble": folder}
        places |= {f"{name}/{repeat}": folder / str(repeat) for repeat in range(1, reader.repeats + 1)}
        for place, where in places.items():
            if place in result.thresholds:
                freeze_threshold(where, float(result.thresholds[place]), rule)
            if study.task.kind == "findings":
                found = _of_findings(result, place, study.task.findings)
                if found:
                    freeze_findings(where, found, rule)


def _of_findings(result: Evaluation, place: str, findings: Sequence[str]) -> dict[str, float]:
    """The thresholds of one reader, one ensemble or one repeat, by finding."""
    reader, _, repeat = place.rpartition("/") if "/" in place else (place, "", "")
    keys = {name: f"{reader}:{name}/{repeat}" if repeat else f"{reader}:{name}" for name in findings}
    return {name: float(result.thresholds[key]) for name, key in keys.items() if key in result.thresholds}


def _gives_probability(reader: ReaderOptions) -> bool:
    if reader.score is not None and reader.probability is None:
        return any(record.name == reader.score and record.gives == "probability" for record in SCORES)
    return reader.model is not None or reader.combine is not None or bool(reader.probability)


def evaluation_options(
    study: Study, inside: Mapping[str, tuple[str, ...]] | None = None
) -> EvaluationOptions:
    """What the study says about how its readers are compared.

    A trained model and a combination give probabilities by construction, and so do scores that are a
    published formula; a product's score is one only where the study says so; points are none.

    Args:
        study: The study.
        inside: Names of the readers inside each product's file, by the name that the study gives the file.
    """
    named = inside or {}
    each = [(name, r) for r in study.readers for name in named.get(r.resolved_name, (r.resolved_name,))]
    probabilities = frozenset(name for name, reader in each if _gives_probability(reader))
    thresholds = {name: r.threshold for name, r in each if r.threshold is not None}
    rules = {name: r.threshold_rule for name, r in each if r.threshold_rule is not None}
    # A file of several readers names nobody in particular who stands for today's use.
    single = [(name, r) for name, r in each if len(named.get(r.resolved_name, ())) < 2]
    today = [name for source in ("score", "product") for name, r in single if r.source == source]
    asked = study.evaluation
    return EvaluationOptions(
        thresholds=thresholds,
        threshold_rules=rules,
        horizons_days=study.task.horizons_days if study.task.kind == "survival" else (),
        positive=study.task.positive if study.task.kind == "classification" else None,
        probabilities=probabilities,
        seed=study.split.seed,
        comparator=asked.comparator or (today[0] if today else None),
        subgroups=asked.subgroups,
        prevalences=asked.prevalences,
        margins=asked.margins,
        recalibration=asked.recalibrate,
        benefit_thresholds=asked.benefit_thresholds,
        further=frozenset(asked.further),
        share_interval=asked.share_interval,
        bootstrap=asked.bootstrap,
        bootstrap_interval=asked.bootstrap_interval,
        risk_groups=asked.risk_groups,
        tau_days=asked.tau_days,
    )
