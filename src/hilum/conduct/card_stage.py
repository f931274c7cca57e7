"""When the readers were compared, tell the results on the card of each trained model."""

from collections.abc import Iterator
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.conduct.run_folder import RunFolder
from hilum.evaluation import Evaluation, Measure
from hilum.files import write_atomically
from hilum.models import ModelFacts, load_facts
from hilum.models.folder import CARD, replace_card
from hilum.readers.frozen import finding_thresholds, repeat_folders
from hilum.reporting.format import estimate
from hilum.reporting.labels import measure_label
from hilum.study import Study
from hilum.training.card import StudyOfCard, model_card, reader_card

# In this order; of what is further measured the report tells.
_TOLD = (
    *("auroc", "auprc", "harrell_c", "uno_c", "auc_t", "sensitivity", "specificity", "ppv", "npv"),
    *("accuracy", "balanced_accuracy", "f1", "brier", "brier_t", "integrated_brier", "multiclass_brier"),
    *("calibration_slope", "citl", "o_e", "ece", "mae", "rmse", "bias", "ccc", "icc", "r2"),
)
_OF_SUBGROUPS = ("auroc", "harrell_c", "sensitivity", "specificity", "mae")
# The card travels; names of single files stay in the run.
_OF_SINGLE_IMAGES = ("image_unreadable", "image_turned", "image_of_another_view")


def card_stage(study: Study, cohort: Cohort, run: RunFolder, key: str) -> str:
    """Rewrite the cards of a run's trained models; returns the stage's key.

    Args:
        study: The study.
        cohort: Its cohort.
        run: The run, with models and evaluation.
        key: The key of the evaluation's stage.
    """
    names = [reader.resolved_name for reader in study.readers if reader.model is not None]

    def work() -> None:
        evaluation = Evaluation.load(run.path / "evaluation.json")
        for name in names:
            write_cards(run.path / "models" / name, study, cohort, evaluation)

    return run.stage("cards", {"evaluation": key}, [f"models/{name}/{CARD}" for name in names], work)


def write_cards(folder: Path, study: Study, cohort: Cohort, evaluation: Evaluation) -> None:
    """Write the card of a reader, and of each of its repeats.

    Args:
        folder: `models/<reader>/`.
        study: The study.
        cohort: Its cohort.
        evaluation: Of all its readers.

    Raises:
        ModelError: A model was changed.
    """
    repeats = repeat_folders(folder)
    each = tuple(load_facts(repeat) for repeat in repeats)
    told = _of_study(study, cohort, evaluation, each[0].reader, _threshold(folder, repeats, each, evaluation))
    for repeat, facts in zip(repeats, each, strict=True):
        replace_card(repeat, model_card(facts, _of_repeat(told, facts, several=len(each) > 1)))
    write_atomically(folder / CARD, reader_card(each, told))


def _of_repeat(told: StudyOfCard, facts: ModelFacts, *, several: bool) -> StudyOfCard:
    """The study as one repeat's card tells it: its own threshold, and a word on whose results these are."""
    if not several:
        return told
    own = ""
    if facts.threshold is not None:
        own = f"Threshold {facts.threshold:.4g}, chosen on the validation part ({facts.threshold_rule}). "
    whose = "The results below are means over all repeats of this reader."
    return StudyOfCard(
        told.title, told.flow, told.parts, told.measures, told.subgroups, own + whose, told.limits
    )


def _of_study(
    study: Study, cohort: Cohort, evaluation: Evaluation, reader: str, threshold: str
) -> StudyOfCard:
    flow = tuple(
        f"{step.rule}: {step.excluded} left out, {step.remaining_cases} cases of "
        f"{step.remaining_patients} patients left"
        for step in cohort.flow
    )
    rows = [row for row in evaluation.measures if row.reader == reader and row.value is not None]
    return StudyOfCard(
        title=study.title,
        flow=flow,
        parts=tuple(_parts(cohort)),
        measures=tuple(_measures(rows)),
        subgroups=tuple(_subgroups(rows)),
        threshold=threshold,
        limits=tuple(dict.fromkeys(n.text for n in evaluation.warnings if n.code not in _OF_SINGLE_IMAGES)),
    )


def _parts(cohort: Cohort) -> Iterator[tuple[str, ...]]:
    for part in cohort.parts:
        cases = cohort.cases[cohort.cases["part"] == part]
        yield part, str(cases["patient"].nunique()), str(len(cases)), _outcome(cohort, part)


def _outcome(cohort: Cohort, part: str) -> str:
    cases = cohort.cases[cohort.cases["part"] == part]
    if cohort.task.kind == "survival":
        return f"{int((cases['event'] == 1).sum())} events"
    if cohort.task.kind == "regression":
        return f"mean {cases['value'].mean():.4g}"
    if cohort.task.kind == "findings":
        return ", ".join(f"{name} {int((cases[name] == 1).sum())}" for name in cohort.truth_columns)
    return ", ".join(f"{name} {int((cases['label'] == name).sum())}" for name in cohort.classes)


def _measures(rows: list[Measure]) -> Iterator[tuple[str, ...]]:
    plain = [row for row in rows if row.measure in _TOLD and (row.of is None or "=" not in row.of)]
    for row in sorted(plain, key=lambda row: (row.part, _TOLD.index(row.measure))):
        name = measure_label(row.measure, row.at) + (f", {row.of}" if row.of else "")
        yield row.part, name, estimate(row.value, row.low, row.high, 3), str(row.n), str(row.events)


def _subgroups(rows: list[Measure]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        if row.of and "=" in row.of and row.measure in _OF_SUBGROUPS:
            name = measure_label(row.measure, row.at)
            yield row.part, row.of, name, estimate(row.value, row.low, row.high, 3), str(row.n)


def _threshold(
    folder: Path, repeats: list[Path], each: tuple[ModelFacts, ...], evaluation: Evaluation
) -> str:
    """The reader's threshold and how it was chosen, in words; empty where there is none."""
    findings = finding_thresholds(folder, repeats)
    rule = each[0].threshold_rule or "as the study says"
    if findings:
        told = ", ".join(f"{name} {value:.4g}" for name, value in findings.items())
        return f"Thresholds, chosen on the validation part ({rule}): {told}."
    name = each[0].reader
    found = [evaluation.thresholds[key] for key in (f"{name}-ensemble", name) if key in evaluation.thresholds]
    return f"Threshold {found[0]:.4g}, chosen on the validation part ({rule})." if found else ""
