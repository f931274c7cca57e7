"""How well a model of lung masks marks unseen films: cross-validation, with the mean mask beside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ModelError
from hilum.image import resize
from hilum.progress import Progress, silent
from hilum.training.folds import deal_patients
from hilum.training.lung_masks import FEWEST, LungMaskOptions, train_lung_mask

_STREAM, _MEAN_AT = 619, 256
_USUAL = LungMaskOptions()


@dataclass(frozen=True)
class LungMaskCheck:
    """What was reached on films that were held out.

    Attributes:
        dice: of each film, by a model that learnt without it.
        mean_mask: Dice of each film by the mean mask of the films that such a model learnt from.
        folds: how many models were trained.
    """

    dice: tuple[float, ...]
    mean_mask: tuple[float, ...]
    folds: int


def check_lung_masks(
    films: Sequence[NDArray[np.float32]],
    masks: Sequence[NDArray[np.bool_]],
    patients: Sequence[str],
    folds: int,
    options: LungMaskOptions = _USUAL,
    *,
    progress: Progress = silent,
) -> LungMaskCheck:
    """Train once for each fold of patients, without these, and compare.

    Args:
        films: (rows, columns) in 0..1 each.
        masks: of the same shapes.
        patients: whose film each is; all films of one are in one fold.
        folds: how many.
        options: how the models learn.
        progress: told after every film that was compared.

    Returns:
        Dice of every film.

    Raises:
        ModelError: there are too few patients or films.
    """
    rng = np.random.default_rng([options.seed, _STREAM])
    numbers = np.unique(np.asarray(patients), return_inverse=True)[1].astype(np.int64)
    fold = deal_patients(numbers, np.zeros(len(numbers), np.int64), folds, rng)
    if fold is None:
        raise ModelError("films of one patient alone do not show how well new patients' lungs are marked")
    smallest = len(films) - int(np.bincount(fold).max())
    if smallest < FEWEST:
        raise ModelError(
            f"{len(films)} films are too few for a check in {int(fold.max()) + 1} folds, which leaves "
            f"{smallest} to learn from where {FEWEST} are needed: add films, or leave the check out"
        )
    found, by_mean = np.zeros(len(films)), np.zeros(len(films))
    done = 0
    for number in range(int(fold.max()) + 1):
        learnt = np.flatnonzero(fold != number).tolist()
        model = train_lung_mask([films[at] for at in learnt], [masks[at] for at in learnt], options)
        mean = np.mean([_small(masks[at]) for at in learnt], axis=0)
        for at in np.flatnonzero(fold == number).tolist():
            found[at] = dice(model.find(films[at]), masks[at])
            by_mean[at] = dice(resize(mean, (masks[at].shape[0], masks[at].shape[1])) > 0.5, masks[at])
            done += 1
            progress(done, len(films), "checking lung masks")
    return LungMaskCheck(tuple(found.tolist()), tuple(by_mean.tolist()), int(fold.max()) + 1)


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Twice what two masks share, divided by both together (Dice 1945); 1 where both are empty.

    Example:
        >>> dice(np.array([True, True]), np.array([True, False])).__round__(3)
        0.667
    """
    both = float(one.sum() + other.sum())
    return 2 * float((one & other).sum()) / both if both else 1.0


def _small(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    return resize(mask.astype(np.float32), (_MEAN_AT, _MEAN_AT))
