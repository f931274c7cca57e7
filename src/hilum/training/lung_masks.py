"""Teach a small U-Net to mark the lungs, from films with masks; 50 films are enough if they are varied."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.errors import ModelError
from hilum.image import resize
from hilum.models import place, steady
from hilum.preparation import Augmentation
from hilum.preparation.lung_mask import LungMask, film_for_mask
from hilum.preparation.small_unet import SmallUNet
from hilum.progress import Progress, silent
from hilum.training.augmentation import Draws, augment, draw

_STREAM, FEWEST = 617, 5
_VARIATION = Augmentation(
    rotation_degrees=20, scale=0.25, stretch=0.2, shift=0.1, shear_degrees=8, elastic=0.03, flip=0.5
)


@dataclass(frozen=True)
class LungMaskOptions:
    """How the network learns.

    Attributes:
        size: rows and columns of what it reads, a multiple of 16.
        filters: of the U-Net at full size, 8 or 16.
        steps: batches.
        batch_size: films a step.
        learning_rate: the highest that is reached.
        averaging: decay of the average of the weights that is kept.
        seed: same seed, same films: same weights, on the same machine type.
        threads: processor threads.
        variation: how far chance may change a film and its mask.
    """

    size: int = 128
    filters: int = 8
    steps: int = 900
    batch_size: int = 8
    learning_rate: float = 3e-3
    averaging: float = 0.99
    seed: int = 7
    threads: int = 1
    variation: Augmentation = _VARIATION


_USUAL = LungMaskOptions()


def train_lung_mask(
    films: Sequence[NDArray[np.float32]],
    masks: Sequence[NDArray[np.bool_]],
    options: LungMaskOptions = _USUAL,
    progress: Progress = silent,
) -> LungMask:
    """Train on films and their masks.

    The loss is the mean of cross-entropy and 1 - Dice (Milletari 2016). Each batch is changed by
    chance, film and mask alike.

    Args:
        films: (rows, columns) in 0..1 each.
        masks: of the same shapes.
        options: how.
        progress: told after every step.

    Returns:
        The model.

    Raises:
        ModelError: there are fewer than five films, or a mask has another shape than its film.
    """
    if len(films) < FEWEST or len(films) != len(masks):
        raise ModelError(
            f"{len(films)} films and {len(masks)} masks were given: at least {FEWEST} are needed, each film "
            "with a mask"
        )
    if any(film.shape != mask.shape for film, mask in zip(films, masks, strict=True)):
        raise ModelError("a mask has another shape than its film: give each film its own mask")
    images = torch.from_numpy(np.stack([film_for_mask(film, options.size) for film in films]))[:, None]
    shapes = [resize(mask.astype(np.float32), (options.size, options.size)) for mask in masks]
    return _learn(images, torch.from_numpy(np.stack(shapes))[:, None], options, progress)


def _learn(images: Tensor, masks: Tensor, options: LungMaskOptions, progress: Progress) -> LungMask:
    rng = np.random.default_rng([options.seed, _STREAM])
    with steady(options.threads) as device, torch.random.fork_rng():
        torch.manual_seed(options.seed)
        network = SmallUNet(options.filters)
        place(network, device)
        kept = copy.deepcopy(network).eval()
        optimiser = torch.optim.AdamW(network.parameters(), lr=options.learning_rate, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, options.learning_rate, total_steps=options.steps, pct_start=0.1
        )
        for step in range(options.steps):
            chosen = torch.from_numpy(rng.choice(len(images), min(options.batch_size, len(images)), False))
            draws = draw(len(chosen), options.variation, rng)
            batch = augment(images[chosen].to(device), draws)
            wanted = augment(masks[chosen].to(device), _places_alone(draws))
            loss = _loss(network(batch), wanted)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            _average(kept, network, min(options.averaging, (1 + step) / (10 + step)))
            progress(step + 1, options.steps, "learning lung masks")
    return LungMask.of(kept.cpu(), options.size)


def _places_alone(draws: Draws) -> Draws:
    """The same places, with grey values left as they are."""
    ones, zeros = torch.ones_like(draws.gamma), torch.zeros_like(draws.gamma)
    return replace(
        draws,
        gamma=ones,
        contrast=ones,
        brightness=zeros,
        blur=zeros,
        noise=zeros,
        boxes=torch.zeros_like(draws.boxes),
    )


def _loss(logits: Tensor, wanted: Tensor) -> Tensor:
    share = torch.sigmoid(logits)
    both = (share * wanted).sum(dim=(1, 2, 3))
    total = (share + wanted).sum(dim=(1, 2, 3))
    dice = (2 * both + 1) / (total + 1)
    return functional.binary_cross_entropy_with_logits(logits, wanted) + (1 - dice).mean()


@torch.no_grad()
def _average(kept: SmallUNet, network: SmallUNet, decay: float) -> None:
    for mean, weight in zip(kept.parameters(), network.parameters(), strict=True):
        mean.lerp_(weight, 1 - decay)
