"""The methods as they were run, in sentences made from the study, the plan and the evaluation."""

from collections.abc import Mapping
from typing import Any

from hilum.catalogue import METHODS
from hilum.readers import SCORES, Combination
from hilum.reporting.about_steps import about_steps
from hilum.reporting.asked import asked_for, operating_points, recalibration, samples, software
from hilum.reporting.format import count, counted, listed, number
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.labels import measure_label
from hilum.reporting.looks import RECALIBRATED, Look
from hilum.reporting.story import Story
from hilum.study import ReaderOptions
from hilum.study.tasks import horizon_in_words

OUTCOMES = {
    "findings": "The outcome was a yes or no for each finding; where that is unknown the case does not "
    "count for the finding.",
    "regression": "The outcome was a number a case.",
    "detection": "The outcome was where the lesions of each image are; one mark finds at most one lesion.",
    "segmentation": "The outcome was the outline in each image.",
}

# What the report tells of a training, in this order; all else stands in the run folder.
_AS_TRAINED = (
    *("images", "validation_images", "left_out", "epochs", "best_epoch", "monitor", "stopped"),
    *("batch_size_used", "views", "penalty", "folds", "features", "seconds", "device"),
)


def methods(given: EvidenceInput, story: Story) -> list[dict[str, Any]]:
    """Paragraphs with a heading each, in the order of a paper's methods; what is not known is not said."""
    paragraphs = [
        ("Cases", _cases(given)),
        ("Outcome", _outcome(given, story)),
        ("Parts", _parts(given)),
        *_readers(given, story),
        ("Doctors", _doctors(story)),
        ("Operating points", operating_points(given, story)),
        ("Recalibration", recalibration(story)),
        ("What was asked for", asked_for(given, story)),
        ("Statistics", [_tests(story), *samples(given), *software(given)]),
    ]
    return [{"heading": heading, "text": " ".join(text)} for heading, text in paragraphs if text]


def _cases(given: EvidenceInput) -> list[str]:
    if given.study is None:
        return []
    options = given.study.cohort
    text = []
    if options.images is not None:
        source = "the de-identified archive" if options.images == "archive" else "a folder"
        text.append(f"Images came from {source}.")
    if options.table is not None:
        text.append("Clinical variables and outcome came from a table with one row a case.")
    if options.include:
        text.append(f"Cases were included by: {'; '.join(options.include)}.")
    if given.cohort is not None:
        text += [_sentence(note) for note in given.cohort.notes]
    return text


def _outcome(given: EvidenceInput, story: Story) -> list[str]:
    task = given.study.task if given.study is not None else None
    if task is not None and task.kind == "survival":
        time = f"the time in {task.time_unit} (`{task.time_column}`)"
        text = [f"The outcome was {time} to the event (`{task.event}`)."]
        if task.horizons_days:
            at = listed([horizon_in_words(horizon) for horizon in task.horizons_days])
            text.append(f"Risk was read at {at}.")
        return text
    if story.evaluation.task in OUTCOMES:
        return [OUTCOMES[story.evaluation.task]]
    if story.evaluation.task == "survival":
        return _survival(story)
    classes = story.evaluation.classes
    if story.evaluation.positive is not None:
        found = listed(list(classes))
        return [
            f"The outcome was one label a case ({found}); {story.evaluation.positive} counts as positive."
        ]
    return [f"The outcome was one label a case ({listed(list(classes))})."] if classes else []


def _survival(story: Story) -> list[str]:
    at = listed([horizon_in_words(horizon) for horizon in story.evaluation.horizons_days])
    risk = f" Risk was read at {at}." if at else ""
    return [f"The outcome was the time to the event, in days.{risk}"]


def _tests(story: Story) -> str:
    """What intervals and tests are; where rows cannot be matched, tests are unpaired."""
    unpaired = any("unpaired" in row.method for row in story.evaluation.comparisons)
    how = (
        "the cases of the two readers cannot be matched"
        if unpaired
        else ("compare readers on the cases that both read")
    )
    return f"Intervals are 95 %; tests are two-sided unless they say otherwise and {how}."


def _parts(given: EvidenceInput) -> list[str]:
    if given.study is None:
        return []
    split = given.study.split
    text = []
    if split.parts_column is not None:
        text.append(f"The parts were given by the table (`{split.parts_column}`).")
    elif split.parts:
        shares = listed([f"{name} {100 * value:g} %" for name, value in split.parts.items()])
        text.append(
            f"Patients were drawn into parts ({shares}) with seed {split.seed}; all cases of a patient "
            "stay in one part."
        )
    if split.external:
        rules = listed([f"{name} ({rule})" for name, rule in split.external.items()])
        text.append(f"External cohorts were set apart by rule before anything was learnt: {rules}.")
    return text


def _readers(given: EvidenceInput, story: Story) -> list[tuple[str, list[str]]]:
    """A paragraph each; readers of whom the same is to be said share one."""
    by_text: dict[tuple[str, ...], list[str]] = {}
    for look in story.looks:
        text = [] if look.ensemble_of else _reader(given, look)
        if text:
            by_text.setdefault(tuple(text), []).append(look.label)
    return [
        (f"Reader{'s' if len(labels) > 1 else ''}: {listed(labels)}", list(text))
        for text, labels in by_text.items()
    ]


def _reader(given: EvidenceInput, look: Look) -> list[str]:
    options = _options(given, look)
    wanted = look.name if options is None else options.score
    score = next((record for record in SCORES if record.name == wanted), None)
    if score is not None:
        chosen = (
            [f"{_words(name)} {value}" for name, value in options.score_choices.items()] if options else []
        )
        return [
            score.sentence,
            f"Population: {_sentence(score.population)}",
            score.missing_policy,
            *([f"Chosen: {', '.join(chosen)}."] if chosen else []),
            *filter(None, [score.remark]),
            f"Version: {_sentence(score.version)}",
            f"Formula: {_sentence(score.citation)}",
        ]
    plan = given.plan.get(look.name) if isinstance(given.plan, Mapping) else None
    if plan is not None:
        return [*_trained(_as_dict(plan), look), *_training(given.training.get(look.name))]
    if look.role in {"group", "doctor"} or look.name.endswith(RECALIBRATED):
        return []
    if look.role == "product":
        return ["Opinions came from a table made elsewhere; hilum did not see how they were made."]
    fitted = next((each for each in given.combinations if each.name == look.name), None)
    if fitted is not None:
        return _combined(fitted)
    if look.role == "combination":
        return [
            "Regression of the outcome on the readers\u2019 opinions, fitted before these cases were read."
        ]
    return []


def _doctors(story: Story) -> list[str]:
    """Who read, under which conditions."""
    doctors = story.doctors
    if not doctors.of:
        return []
    under = f" {listed(list(doctors.conditions))}" if any(doctors.conditions) else ""
    who = f"{counted(len(doctors.persons), 'doctor')} read the cases{under}: {listed(list(doctors.persons))}."
    timed = any(row.measure == "reading_seconds" for row in story.evaluation.measures)
    return [who, *(["Reading times are as the readings say, in seconds a case."] if timed else [])]


def _options(given: EvidenceInput, look: Look) -> ReaderOptions | None:
    """What the study says of a reader, by its name."""
    readers = () if given.study is None else given.study.readers
    return next((each for each in readers if each.resolved_name == look.name), None)


def _combined(fitted: Combination) -> list[str]:
    """What was fitted on what, with its coefficients."""
    text = [
        f"The combination was fitted on {listed(list(fitted.fitted_on))} cases, with cross-fitted opinions "
        "of the models on "
        "training cases, and frozen."
        if "train" in fitted.fitted_on
        else f"The combination was fitted on {listed(list(fitted.fitted_on))} cases and frozen."
    ]
    for model in fitted.models:
        at = f" at {horizon_in_words(model.horizon_days)}" if model.horizon_days is not None else ""
        terms = [
            f"{number(coefficient)} \u00d7 {member.reader} "
            f"({'logit' if member.scale == 'logit' else 'number'} of `{member.column}`)"
            for coefficient, member in zip(model.coefficients, model.members, strict=True)
        ]
        text.append(
            f"{model.method[:1].upper()}{model.method[1:]}{at}, {counted(model.n, 'case')}, "
            f"{counted(model.events, 'event')}: "
            f"linear predictor {number(model.intercept)} + {' + '.join(terms)}, each per standard deviation."
        )
    return text


def _as_dict(plan: Any) -> dict[str, Any]:
    if hasattr(plan, "model_dump"):
        return dict(plan.model_dump(mode="json"))
    return dict(plan) if isinstance(plan, Mapping) else {}


def _trained(plan: dict[str, Any], look: Look) -> list[str]:
    picture, learning, chance = (plan.get(key, {}) for key in ("picture", "learning", "augmentation"))
    text = []
    if picture:
        size, depth = picture.get("size"), picture.get("depth", 1)
        what = "Images were" if depth == 1 else f"Volumes were resampled to {depth} axial slices and"
        text.append(
            f"{what} brought to {size} \u00d7 {size} pixels ({picture.get('fit')}), grey values made "
            "comparable by "
            f"`{picture.get('normalisation')}`."
        )
        text += about_steps(plan.get("placed", {}))
    small = plan.get("frozen") or plan.get("model") == "linear"
    if plan.get("members"):
        text.append("Several networks were trained one by one and read together.")
    elif small:
        text.append(
            f"Only the last layer of {plan.get('model')} was fitted, with a ridge penalty chosen by "
            "cross-validation among the training patients."
        )
    elif learning:
        text.append(
            f"{plan.get('model', look.name)} was trained for at most "
            f"{counted(learning.get('epochs', 0), 'epoch')} with "
            f"{learning.get('optimiser')} (learning rate {learning.get('learning_rate'):g}, weight decay "
            f"{learning.get('weight_decay'):g}, batches of {learning.get('batch_size')}, class balance by "
            f"{learning.get('class_balance')}); the epoch that was best on the validation part was kept."
        )
    varied = [key.replace("_", " ") for key, value in chance.items() if value]
    if varied and not small:
        text.append(f"Training images were varied at random each epoch ({', '.join(varied)}).")
    if look.repeats > 1:
        text.append(
            f"It was trained {look.repeats} times with seeds of their own; repeats are never pooled as if "
            "independent."
        )
    return [*text, *(_sentence(note) for note in plan.get("notes", ()))]


def _training(facts: Any) -> list[str]:
    if not isinstance(facts, Mapping):
        return []
    shown = [f"{_words(key)} {_value(facts[key])}" for key in _AS_TRAINED if facts.get(key) not in (None, "")]
    text = [f"As trained: {', '.join(shown)}."] if shown else []
    if members := facts.get("members"):
        each = ", ".join(f"{member['architecture']} {member['weight']:.2f}" for member in members)
        text.append(f"How much each network counts was chosen on the validation part: {each}.")
    calibration = facts.get("calibration") or {}
    if cases := calibration.get("cases"):
        fitted = counted(cases, "validation case")
        if unseen := calibration.get("unseen"):
            fitted += f", and {counted(unseen, 'training case')} read by models that had not seen them"
        text.append(f"Its outputs were stretched and shifted to fit {fitted}.")
    return [*text, *(_sentence(note) for note in facts.get("notes") or ())]


def statistics(story: Story) -> list[dict[str, str]]:
    """How each number was made: method, for what it was used, and its source, in the catalogue's words."""
    pairs = [(row.method, row.measure) for row in story.evaluation.measures]
    pairs += [(row.method, row.measure) for row in story.evaluation.comparisons]
    used: dict[str, list[str]] = {}
    for method, measure in dict.fromkeys(pairs):
        used.setdefault(method, []).append(measure_label(measure))
    return [
        {
            "measures": ", ".join(dict.fromkeys(used[record.name])),
            "method": record.sentence,
            "reference": record.reference,
        }
        for record in METHODS
        if record.name in used and record.name != "not_estimable"
    ]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text[:1].upper()}{text[1:]}."


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _value(value: float | str) -> str:
    if isinstance(value, (bool, str)):
        return str(value)
    return count(value) if isinstance(value, int) else number(value, 3)
