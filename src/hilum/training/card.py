"""The model card: what a model is, what it was tried on and what it is not for, for whoever finds its folder.

Its sections follow Mitchell et al., Model cards for model reporting, FAT* 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hilum.models import ModelFacts
from hilum.training.card_population import population_section
from hilum.training.energy import Energy

_NOT_FOR_USE = (
    "**Not for clinical use without approval**: it was made for research, has no regulatory approval, and "
    "must not decide about a patient."
)


@dataclass(frozen=True)
class StudyOfCard:
    """What a study tells a card, ready to be printed.

    Attributes:
        title: the question.
        flow: how the cases came about, a line each.
        parts: part, patients, cases, and what is known of the outcome, a row each.
        measures: part, measure, estimate with its interval, cases, events, a row each.
        subgroups: part, group, measure, estimate with its interval, cases, a row each.
        threshold: in words; empty = none.
        limits: what the evaluation warned of.
    """

    title: str
    flow: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    measures: tuple[tuple[str, ...], ...] = ()
    subgroups: tuple[tuple[str, ...], ...] = ()
    threshold: str = ""
    limits: tuple[str, ...] = ()


def model_card(facts: ModelFacts, study: StudyOfCard | None = None) -> str:
    """A model card in Markdown.

    Args:
        facts: of the model.
        study: what its study found; None right after training, when nothing was measured yet.

    Returns:
        The text.

    Example:
        >>> facts = ModelFacts("cnn", 1, "small_cnn", {}, {"picture": {"size": 64}}, 0.5, 0.2)
        >>> model_card(facts).splitlines()[0]
        '# cnn, repeat 1'
    """
    sections = [
        f"# {facts.reader}, repeat {facts.repeat}",
        f"A {facts.architecture} network that {_asks(facts.task)}.",
        *_sections(facts, study),
        "Everything that was decided stands in `model.json`; a changed byte in this folder is refused.",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def reader_card(each: tuple[ModelFacts, ...], study: StudyOfCard) -> str:
    """The card of a reader of several repeats; of one reader, at least one repeat.

    Args:
        each: the facts of its repeats.
        study: what the study found about the mean of its repeats.
    """
    first = each[0]
    repeats = "one trained network" if len(each) == 1 else f"the mean of {len(each)} trained networks"
    spent = [seconds for one in each if (seconds := one.training.get("seconds")) is not None]
    sections = [
        f"# {first.reader}",
        f"The reading is {repeats}, {first.architecture}, that {_asks(first.task)}.",
        *_sections(first, study),
        f"All repeats together were trained for {sum(spent):.0f} seconds." if len(each) > 1 else "",
        "The folders 1, 2, ... beside this file hold one repeat each, with a card of its own.",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _sections(facts: ModelFacts, study: StudyOfCard | None) -> list[str]:
    return [
        f"## Intended use\n\n{_purpose(study)}\n\n{_NOT_FOR_USE}",
        f"## Input and plan\n\n{_plan(facts)}",
        _section("Data", *_data(study)) if study else "",
        _measured(facts, study),
        population_section(facts.population),
        _section("Limits", *(f"- {line}" for line in _limits(facts, study))),
        f"## Time and energy\n\n{_spent(facts.training)}",
    ]


def _section(title: str, *paragraphs: str) -> str:
    told = [paragraph for paragraph in paragraphs if paragraph]
    if not told:
        return ""
    between = "\n" if all(line.startswith("- ") for line in told) else "\n\n"
    return f"## {title}\n\n{between.join(told)}"


def _asks(task: Mapping[str, Any]) -> str:
    classes, findings = (", ".join(task.get(key, [])) for key in ("classes", "findings"))
    asks = {
        "classification": f"tells apart {classes}",
        "findings": f"tells which of {findings} are there",
        "regression": f"tells a number ({_usual(task)})",
        "survival": "tells how soon an event is to be expected",
    }
    return asks.get(str(task.get("kind")), "reads images")


def _usual(task: Mapping[str, Any]) -> str:
    """The number's mean and spread among the training cases, by which its unit can be told."""
    if "mean" not in task:
        return "in the unit of the study's table"
    return f"{task['mean']:.4g} on average in training, standard deviation {task['deviation']:.4g}"


def _purpose(study: StudyOfCard | None) -> str:
    question = f"Made to answer the study *{study.title}*" if study else "Made to answer one study's question"
    return f"{question}, on images of patients like those it learnt from (see *Population*)."


def _plan(facts: ModelFacts) -> str:
    picture, learning, training = (
        facts.plan.get("picture", {}),
        facts.plan.get("learning", {}),
        facts.training,
    )
    columns = ", ".join(facts.plan.get("columns", ()))
    picked = f"number {training.get('best_epoch')} was kept, chosen on {training.get('validation_images')}"
    grey = f"fitted by {picture.get('fit')}; intensities by {picture.get('normalisation')}"
    start, seed = _start(facts.plan.get("pretrained")), training.get("seed")
    learnt = f"Learnt from {training.get('images')} images; of {training.get('epochs')} epochs {picked}"
    result = f"{_monitored(training)}; it chose the epoch and is a little too good"
    lines = [
        f"{_read(picture)}; {grey}.",
        f"Read together with columns of a table: {columns}." if columns else "",
        f"Started from {start}; {_learning(learning)}; seed {seed}.",
        f"{learnt} validation images. Result on those: {result}.",
        _calibrated(facts.calibration),
        *(str(note) for note in facts.plan.get("notes", ())),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _learning(learning: Mapping[str, Any]) -> str:
    if not learning:
        return "how it was trained is not told"
    rate = f"highest learning rate {learning['learning_rate']:g}"
    return f"optimiser {learning['optimiser']}, {rate}, batches of {learning['batch_size']}"


def _read(picture: Mapping[str, Any]) -> str:
    size, depth = picture.get("size"), picture.get("depth", 1)
    what = "One grey image" if depth == 1 else f"One grey volume of {depth} axial slices"
    return f"{what}, {size} x {size} pixels"


def _start(pretrained: Any) -> str:
    if pretrained is False:
        return "random weights"
    return "weights that were learnt elsewhere, where there were any" if pretrained else "weights not told"


def _monitored(training: Mapping[str, Any]) -> str:
    last = [entry for entry in training.get("history", []) if entry["epoch"] == training.get("best_epoch")]
    measured = last[0].get(f"validation_{training.get('monitor')}") if last else None
    return f"{training.get('monitor')} {measured:.3f}" if measured is not None else "not known"


def _calibrated(calibration: Mapping[str, Any]) -> str:
    if not calibration.get("cases"):
        return ""
    on = f"{calibration['cases']} validation cases"
    if unseen := calibration.get("unseen"):
        on += f" and {unseen} training cases, each read by a model that had not seen it"
    return f"Probabilities were set right on {on}, inside the weights."


def _data(study: StudyOfCard) -> list[str]:
    flow = "\n".join(f"- {line}" for line in study.flow)
    return [flow, _table(("part", "patients", "cases", "outcome"), study.parts)]


def _measured(facts: ModelFacts, study: StudyOfCard | None) -> str:
    if study is None:
        return _section("Results", "Not measured yet: the report of the study holds the test results.")
    threshold = study.threshold
    if not threshold and facts.threshold is not None:
        threshold = (
            f"Threshold {facts.threshold:.4g}, chosen on the validation part ({facts.threshold_rule})."
        )
    measures = _table(("part", "measure", "estimate (95 % interval)", "cases", "events"), study.measures)
    subgroups = _table(("part", "group", "measure", "estimate (95 % interval)", "cases"), study.subgroups)
    if not study.subgroups:
        subgroups = "Subgroups were not asked for: how it reads women and men, young and old is not known."
    return _section("Results", threshold, measures, subgroups)


def _limits(facts: ModelFacts, study: StudyOfCard | None) -> list[str]:
    lines = list(study.limits) if study else []
    if study and not any(part not in ("train", "validation", "test") for part, *_ in study.parts):
        lines.append("It was not tried at another hospital: its results there are not known.")
    if not facts.population:
        lines.append("It does not notice images unlike those it learnt from.")
    lines.append("It answers this one question: whatever else an image shows, it passes over.")
    return lines


def _spent(training: Mapping[str, Any]) -> str:
    time = f"Trained for {training.get('seconds')} seconds on {training.get('device')}."
    found = training.get("energy")
    if not found:
        return f"{time} Energy was not measured."
    went_on = (training.get("seconds") or 0) > 1.2 * found["seconds"] + 5
    part = f" in the last {found['seconds']:.0f} seconds, since it went on" if went_on else ""
    return f"{time} Energy{part}: {Energy(**found).sentence()}."


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    if not rows:
        return ""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in lines)
