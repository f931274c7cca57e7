"""What the steps of a plan do, in sentences for the plan and the report."""

from hilum.preparation.centring import CentreOnLungs
from hilum.preparation.crop_to_lungs import sentence_of_crop
from hilum.preparation.resample import Resample
from hilum.preparation.steps import Steps
from hilum.preparation.window import Window


def sentences_of(steps: Steps) -> tuple[str, ...]:
    """What is done to every image beside its size and its grey values.

    Args:
        steps: of a plan.

    Returns:
        A sentence for each step, beginning small, without its full stop.

    Example:
        >>> sentences_of(Steps(spacing_mm=1.0))
        ('pixels are 1 mm wide; what lies outside the square is cut off',)
    """
    said = []
    if steps.frame is not None:
        which = f"frame {steps.frame}" if isinstance(steps.frame, int) else f"the {steps.frame} frame"
        said.append(f"of files with several frames {which} is taken")
    if steps.windows:
        said.append(f"the image is read through {len(steps.windows)} windows at once, a channel each")
    said += [Window(*window).sentence for window in steps.all_windows]
    if steps.crop == "body":
        from hilum.preparation.body import CropToBody

        said.append(CropToBody.sentence)
    if steps.crop == "lungs":
        said.append(sentence_of_crop(by_mask=bool(steps.lungs)))
    if steps.resampling != "area":
        said.append(Resample(1, 1, steps.resampling).how_it_is_done)
    if steps.spacing_mm is not None:
        said.append(f"pixels are {steps.spacing_mm:g} mm wide; what lies outside the square is cut off")
    if steps.clahe:
        from hilum.preparation.clahe import Clahe

        said.append(Clahe.sentence)
    if steps.centre == "lungs":
        said.append(CentreOnLungs(None, steps.fallback).sentence)
    return tuple(said)


def placed_sentence(counts: dict[str, int], words: dict[str, str]) -> str:
    """How many images took which way, in a sentence; empty where there is nothing to say.

    Args:
        counts: images by way.
        words: what each way is called.

    Example:
        >>> placed_sentence({"lungs": 9, "none": 1}, CENTRED)
        'Of 10 images, 9 were centred on their two lungs and 1 was left in place.'
    """
    total = sum(counts.values())
    if not total:
        return ""
    parts = [
        f"{count:,} {'was' if count == 1 else 'were'} {words.get(way, way)}"
        for way, count in counts.items()
        if count
    ]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Of {total:,} images, {listed}."


CENTRED = {
    "lungs": "centred on their two lungs",
    "mutual information": "centred by mutual information with the mean training image",
    "random": "centred by chance shifts and mutual information",
    "none": "left in place",
}
CROPPED = {
    "mask": "cut to the lungs by the trained mask",
    "threshold": "cut to the lungs by a threshold",
    "whole": "left whole",
}
