"""Look inside a trained model while it reads one image."""

from pathlib import Path

from hilum.explanation.inside import Inside, look_inside
from hilum.models import Standard, steady
from hilum.preparation import prepare_picture
from hilum.readers.trained import TrainedModel
from hilum.reporting.inside import Looked


def inside_model(
    model: Path, image: Path, truth: str | None = None, learning_rate: float | None = None
) -> tuple[Inside, Looked]:
    """Prepare an image as hilum predict does, let a model read it, and keep what happens inside.

    Args:
        model: `models/<reader>/`, of which the first repeat is taken, or one repeat below it.
        image: a file that the model reads.
        truth: what the image shows; None = no loss and no step of learning.
        learning_rate: of that step; None = the plan's.

    Returns:
        What was seen, and at what.

    Raises:
        ModelError: there is no such model, it reads volumes, or it does not know such a truth.
        ImageError: the image cannot be read.
    """
    loaded = TrainedModel.load(model)
    one = loaded.models[0]
    prepared = prepare_picture(image, one.plan.picture)
    rate = one.plan.learning.learning_rate if learning_rate is None else learning_rate
    standard = Standard(one.facts.mean, one.facts.deviation)
    with steady(one.plan.threads):
        inside = look_inside(one.network, prepared, standard, one.task, truth=truth, learning_rate=rate)
    looked = Looked(loaded.name, one.facts.architecture, one.facts.repeat, tuple(_notes(loaded)))
    return inside, looked


def _notes(loaded: TrainedModel) -> list[str]:
    """What hilum predict does beside what the page shows."""
    notes = []
    if len(loaded.models) > 1:
        notes.append(
            f"The model has {len(loaded.models)} repeats, whose readings hilum predict averages; here is "
            "the first of them alone."
        )
    if loaded.plan.views > 1:
        notes.append(
            f"hilum predict reads {loaded.plan.views} slightly moved copies of an image and averages them; "
            "here the image is read once, as it is."
        )
    if loaded.models[0].facts.calibration:
        notes.append("The last layer holds the calibration that was fitted on the validation part.")
    return notes
