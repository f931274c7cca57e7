"""What each kind of augmentation costs."""

import time

import numpy as np
import torch

from hilum.models import keep_freed_memory
from hilum.preparation import Augmentation
from hilum.training.augmentation import augment, draw

TOGETHER = "all of the default together"


def costs(size: int, batch: int, threads: int, rounds: int) -> dict[str, float]:
    """Milliseconds that a batch takes, for each kind alone as strong as in the default, and for all together.

    Rotation, scale, stretch, shift, shear and the elastic sheet are one interpolation, so that two of them
    cost hardly more than one.

    Args:
        size: rows and columns.
        batch: images.
        threads: of the processor.
        rounds: how often each is measured; they take turns, and the median counts.
    """
    keep_freed_memory()
    torch.set_num_threads(threads)
    default = Augmentation()
    kinds = {
        name: Augmentation.none().model_copy(update={name: value})
        for name, value in default.model_dump().items()
        if value > 0
    } | {TOGETHER: default}
    images = torch.rand(batch, 1, size, size)
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(rounds + 1):
        for name, options in kinds.items():
            began = time.perf_counter()
            augment(images, draw(batch, options, np.random.default_rng([number])))
            if number:
                seconds[name].append(time.perf_counter() - began)
    return {name: 1000 * float(np.median(found)) for name, found in seconds.items()}
