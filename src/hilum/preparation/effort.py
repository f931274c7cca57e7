"""How much training a machine can do in a time: a table of rates, so that plans are the same every time."""

from dataclasses import dataclass


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
    "resnet18": Effort(rate=14.0, sizes=(64, 96, 128, 160, 224), modest=128, minutes=10.0, epochs=(15, 60)),
}
_CUDA_FACTOR = 100.0
_REFERENCE_SIZE = 224
# Reading, validation and other programs take their share.
_SHARE = 0.8


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
