"""How much training a machine can do in a time: a table of rates, so that plans are the same every time."""

from dataclasses import dataclass

from hilum import catalogue
from hilum.errors import ModelError
from hilum.study import did_you_mean


@dataclass(frozen=True)
class Effort:
    """What training one architecture costs.

    Attributes:
        rate: training images a second and processor core at 224 x 224, measured on a server core of 2023
            with AVX-512.
        sizes: image sizes that suit it, ascending.
        modest: the largest size that is chosen on processor cores where nobody gave a time.
        minutes: how long one training may take where nobody said.
        epochs: fewest and most passes over the training images that make sense.
    """

    rate: float
    sizes: tuple[int, ...]
    modest: int
    minutes: float
    epochs: tuple[int, int]


EFFORTS = {
    "small_cnn": Effort(rate=75.0, sizes=(64, 96, 128, 224), modest=128, minutes=2.5, epochs=(10, 60)),
    # Nothing is learnt but the last layer: every image is looked at once.
    "linear": Effort(rate=40.0, sizes=(64, 96, 128), modest=64, minutes=1.0, epochs=(1, 1)),
    "resnet18": Effort(rate=14.0, sizes=(64, 96, 128, 160, 224), modest=128, minutes=10.0, epochs=(15, 60)),
}
# What a network costs of which only timm knows.
_UNKNOWN = Effort(rate=3.0, sizes=(64, 96, 128, 160, 224), modest=128, minutes=10.0, epochs=(15, 60))
_MODEST = 128
_CUDA_FACTOR = 100.0
_REFERENCE_SIZE = 224
# Reading, validation and other programs take their share.
_SHARE = 0.8


def effort_of(model: str) -> Effort:
    """What training a model costs.

    Args:
        model: a name of the catalogue, or timm's name. What reads volumes costs that for each slice.

    Raises:
        ModelError: there is no such model; the nearest is named.

    Example:
        >>> effort_of("vgg16").rate
        1.3
    """
    inner = catalogue.over_slices(model)
    model = inner or model
    if model in EFFORTS:
        return EFFORTS[model]
    for record in (*catalogue.MODELS, *catalogue.VOLUME_MODELS):
        if record.name == model:
            modest = max([size for size in record.sizes if size <= _MODEST], default=record.sizes[0])
            return Effort(record.rate, record.sizes, modest, minutes=10.0, epochs=(15, 60))
    import timm

    if timm.is_model(model):
        return _UNKNOWN
    names = [record.name for record in catalogue.MODELS]
    near = did_you_mean(model, ["auto", *names] if inner is None else names) or did_you_mean(
        model, timm.list_models()
    )
    hint = f"did you mean `{near}`?" if near else f"available are {', '.join(names)}, and timm's names"
    raise ModelError(f"the model `{model}` is unknown: {hint}")


def images_in(minutes: float, effort: Effort, size: int, cores: int, device: str) -> float:
    """How many images can be trained on in a time.

    Args:
        minutes: the time.
        effort: of the architecture.
        size: rows and columns.
        cores: processor cores.
        device: `cpu` or `cuda`.

    Returns:
        Images, all passes together.

    Example:
        >>> round(images_in(1, EFFORTS["resnet18"], 112, 2, "cpu"))
        5376
    """
    speed = effort.rate * (_REFERENCE_SIZE / size) ** 2
    speed *= _CUDA_FACTOR if device == "cuda" else cores
    return minutes * 60 * speed * _SHARE
