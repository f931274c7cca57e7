"""The model card: what a model is, for whoever finds its folder."""

from collections.abc import Mapping
from typing import Any

from hilum.models import ModelFacts


def model_card(facts: ModelFacts) -> str:
    """A model card in Markdown.

    Args:
        facts: of the model.

    Returns:
        The text.

    Example:
        >>> facts = ModelFacts("cnn", 1, "small_cnn", {}, {"picture": {"size": 64}}, 0.5, 0.2)
        >>> model_card(facts).splitlines()[0]
        '# cnn, repeat 1'
    """
    training, picture = facts.training, facts.plan.get("picture", {})
    classes, findings = (", ".join(facts.task.get(key, [])) for key in ("classes", "findings"))
    asks = {
        "classification": f"tells apart {classes}",
        "findings": f"tells which of {findings} are there",
        "regression": f"tells a number ({_usual(facts.task)})",
        "survival": "tells how soon an event is to be expected",
    }
    last = [entry for entry in training.get("history", []) if entry["epoch"] == training.get("best_epoch")]
    measured = last[0].get(f"validation_{training.get('monitor')}") if last else None
    result = f"{training.get('monitor')} {measured:.3f}" if measured is not None else "not known"
    kind = asks.get(str(facts.task.get("kind")), "reads images")
    size = picture.get("size")
    return f"""# {facts.reader}, repeat {facts.repeat}

A {facts.architecture} network that {kind} from one image.

**Not for clinical use**: it was made for research and has no regulatory approval.

- Input: one grey image, {size} x {size} pixels; fitted by {picture.get("fit")}; intensities by
  {picture.get("normalisation")}.
- Learnt from {training.get("images")} images; of {training.get("epochs")} epochs number
  {training.get("best_epoch")} was kept, chosen on {training.get("validation_images")} validation images.
- Result on those: {result}. It chose the epoch and is a little too good; the report of the study holds the
  test results.
- Trained for {training.get("seconds")} seconds on {training.get("device")}, seed {training.get("seed")}.

Everything that was decided stands in `model.json`; a changed byte in this folder is refused.
"""


def _usual(task: Mapping[str, Any]) -> str:
    """The number's mean and spread among the training cases, by which its unit can be told."""
    if "mean" not in task:
        return ""
    return f"{task['mean']:.4g} on average in training, standard deviation {task['deviation']:.4g}"
