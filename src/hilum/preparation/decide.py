"""From fingerprint to plan: every decision with its reason."""

from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from hilum import catalogue
from hilum.errors import ModelError
from hilum.preparation.asked import Asked
from hilum.preparation.effort import Effort, effort_of, images_in
from hilum.preparation.fingerprint import Fingerprint
from hilum.preparation.plan import LARGEST_SIZE, Augmentation, Learning, Picture, Plan
from hilum.preparation.steps import Steps
from hilum.preparation.volume import depth_for, fitted_to_volumes, for_volumes
from hilum.preparation.weights import SELF, find_weights
from hilum.study import Classification, ReaderOptions, Survival, did_you_mean
from hilum.study.messages import explain_setting

_LETTERBOX_BEYOND = 1.05
_SMALLEST_BATCH, _LARGEST_BATCH = 8, 32
_MOST_THREADS = 16
_LINEAR = "linear"
# Fewer images, all passes together, teach a network from random weights too little.
_ENOUGH_IMAGES = 100_000


_NOTHING_ASKED = Asked()


def make_plan(
    found: Fingerprint,
    task: Classification | Survival,
    options: ReaderOptions,
    folder: Path = Path(),
    asked: Asked = _NOTHING_ASKED,
) -> Plan:
    """Decide everything about one reader; what the study file says comes first.

    Args:
        found: the cohort's fingerprint.
        task: the study's question.
        options: the study's reader.
        folder: where a relative path to weights starts, the study file's folder.
        asked: what the study asks of the preparation.

    Returns:
        The plan, with a sentence for each decision.

    Raises:
        ModelError: the model or an expert's setting is unknown, the model does not suit the images, or
            pretrained weights were asked for and are not there.

    Example:
        >>> found = Fingerprint(images={"train": 900}, patients={"train": 900}, sampled=9, unreadable=0,
        ...     rows=(224, 224, 224), columns=(224, 224, 224), aspect=(1, 1, 1), bits=8,
        ...     brightness=(0.4, 0.5, 0.6), spread=(0.2, 0.2, 0.3), cores=2)
        >>> make_plan(found, Classification(), ReaderOptions(model="small_cnn", pretrained=False)).picture.fit
        'stretch'
    """
    name = _architecture(options)
    effort = effort_of(name)
    depth = depth_for(name, found, options)
    effort = for_volumes(effort, depth)
    _check_size(name, options.size)
    weights, note = find_weights(name, options.pretrained, folder)
    size, epochs, reason = _size_and_epochs(found, effort, options)
    if small := options.frozen or name == _LINEAR:
        epochs, reason = 1, f"{size} x {size} pixels; only the last layer is learnt, which takes seconds"
        note = "" if name == _LINEAR else note
    fit, fit_reason = usual_fit(found)
    if asked.fit is not None or asked.steps.spacing_mm is not None:
        fit, fit_reason = asked.fit or fit, ""
    plan = Plan(
        model=name,
        pretrained=SELF if options.pretrained == SELF else str(weights) if weights else False,
        picture=_picture(Picture(size=size, fit=fit, bits=found.bits, depth=depth), asked),
        augmentation=Augmentation.none() if small else Augmentation(),
        learning=_learning(name, found, epochs, task, pretrained=weights is not None, small=small),
        threads=min(found.cores, _MOST_THREADS),
        columns=options.columns,
        frozen=options.frozen,
        notes=tuple(line for line in (note, reason, fit_reason, *asked.notes) if line),
    )
    return _seen_to_fit(_as_expert_says(fitted_to_volumes(plan, found), options), asked, options)


def _picture(usual: Picture, asked: Asked) -> Picture:
    """The picture that the study asks for."""
    changes = {
        "steps": asked.steps,
        "channels": asked.steps.channels,
        "normalisation": asked.normalisation or usual.normalisation,
    }
    return usual.model_copy(update=changes)


def _seen_to_fit(plan: Plan, asked: Asked, options: ReaderOptions) -> Plan:
    """Refuse steps that the images or the reader's own settings cannot have."""
    steps, picture = plan.picture.steps, plan.picture
    in_a_plane = steps.model_copy(update={"window": None, "clahe": False})
    if steps.windows and picture.depth > 1:
        raise ModelError(
            "[preparation] asks for several `windows`, which are for single slices of CT, and the images are "
            "volumes: write one `window`"
        )
    if steps.windows and plan.model == _LINEAR:
        raise ModelError(
            f"{plan.model} reads one grey picture, and [preparation] asks for several `windows`: write one "
            "`window`, or another model"
        )
    if picture.depth > 1 and in_a_plane != Steps():
        raise ModelError(
            "[preparation] asks for steps that are for single pictures, and the images are volumes: keep "
            "`fit`, `normalisation`, `window` and `clahe` alone"
        )
    if steps.needs_mean and picture.fit != asked.fit:
        raise ModelError(
            f'the reader `{options.resolved_name}` has fit = "{picture.fit}", and the mean image was made '
            f'with "{asked.fit}": write `fit` in [preparation], for all readers'
        )
    return plan


def _architecture(options: ReaderOptions) -> str:
    return "resnet18" if options.model == "auto" else str(options.model or "")


def _check_size(name: str, size: int | None) -> None:
    if size and size > LARGEST_SIZE:
        raise ModelError(f"images of {size} pixels are too large: write a `size` of {LARGEST_SIZE} or less")
    looks = catalogue.over_slices(name) or name
    for record in (*catalogue.MODELS, *catalogue.VOLUME_MODELS):
        if record.name == looks and size and (refusal := record.unsuitable(size)):
            raise ModelError(refusal)


def _size_and_epochs(found: Fingerprint, effort: Effort, options: ReaderOptions) -> tuple[int, int, str]:
    """The largest size at which enough epochs fit into the time, and how many epochs fit there."""
    minutes = options.budget_minutes / options.repeats if options.budget_minutes else effort.minutes
    n = max(found.images.get("train", 1), 1)
    fewest, most = effort.epochs

    def passes(size: int) -> int:
        return int(images_in(minutes, effort, size, found.cores, found.device) / n)

    enough = min(max(_ENOUGH_IMAGES // n, fewest), most)
    useful = _useful_sizes(found, effort, options)
    affordable = [size for size in useful if passes(size) >= enough] or useful[:1]
    size = options.size or affordable[-1]
    epochs = options.epochs or min(max(passes(size), min(3, fewest)), most)
    expected = minutes * n * epochs / max(images_in(minutes, effort, size, found.cores, found.device), 1)
    where = "a graphics card" if found.device == "cuda" else f"{found.cores} processor cores"
    reason = f"{size} x {size} pixels, {epochs} epochs of {n} images: about {expected:.2g} minutes on {where}"
    return size, epochs, reason


def _useful_sizes(found: Fingerprint, effort: Effort, options: ReaderOptions) -> list[int]:
    """Sizes that show nothing which the films do not have, and that suit the machine."""
    limit = max(found.rows[1], found.columns[1])
    if found.device == "cpu" and not options.budget_minutes:
        limit = min(limit, effort.modest)
    return [size for size in effort.sizes if size <= limit] or [effort.sizes[0]]


def usual_fit(found: Fingerprint) -> tuple[Literal["letterbox", "stretch"], str]:
    """How images fill the square where nobody says it, and why."""
    low, _, high = found.aspect
    if low >= 1 / _LETTERBOX_BEYOND and high <= _LETTERBOX_BEYOND:
        return "stretch", "the images are square already"
    return "letterbox", "the images have different shapes: each keeps its own and is filled up with black"


def _learning(
    name: str,
    found: Fingerprint,
    epochs: int,
    task: Classification | Survival,
    *,
    pretrained: bool,
    small: bool,
) -> Learning:
    n = max(found.images.get("train", 1), 1)
    batch = _LARGEST_BATCH
    while batch > _SMALLEST_BATCH and n / batch < 20:
        batch //= 2
    as_they_come = task.kind == "survival" or small
    rate = 3e-4 if pretrained else 1e-3
    return Learning(
        epochs=epochs,
        batch_size=batch,
        # VGG normalises nothing in between, and stops learning at the rate that suits the others.
        learning_rate=rate / 10 if name.startswith("vgg") else rate,
        weight_decay=0.05 if name != "small_cnn" else 0.01,
        class_balance="none" if as_they_come else "sampling",
        precision="bfloat16" if found.device == "cuda" else "single",
    )


def _as_expert_says(plan: Plan, options: ReaderOptions) -> Plan:
    """Apply [readers.training]: each key goes to the section that knows it."""
    sections: dict[str, dict[str, Any]] = {
        "picture": plan.picture.model_dump(exclude={"steps"}),
        "augmentation": plan.augmentation.model_dump(),
        "learning": plan.learning.model_dump(),
    }
    for key, value in options.training.items():
        if key == "augmentation":
            sections["augmentation"] = _augmentation(value).model_dump()
            continue
        home = next((section for section in sections.values() if key in section), None)
        if home is None:
            raise _unknown(key, sections)
        home[key] = value
    try:
        steps = {"steps": plan.picture.steps.model_dump()}
        sections["picture"] = {**sections["picture"], **steps}
        return Plan.model_validate({**plan.model_dump(), **sections})
    except ValidationError as error:
        raise ModelError(explain_setting(error, "[readers.training]")) from None


def _augmentation(value: object) -> Augmentation:
    if value in (False, "none"):
        return Augmentation.none()
    if value in (True, "default"):
        return Augmentation()
    raise ModelError(f'augmentation = "{value}" in [readers.training] is unknown: write true or false')


def _unknown(key: str, sections: dict[str, dict[str, Any]]) -> ModelError:
    known = ["augmentation", *(name for section in sections.values() for name in section)]
    near = did_you_mean(key, known)
    return ModelError(
        f"unknown key `{key}` in [readers.training]: "
        + (f"did you mean `{near}`?" if near else f"the keys are {', '.join(known)}")
    )
