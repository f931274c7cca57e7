"""Images without labels: brought into the form of a plan, and put together without copying any."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.preparation.effort import effort_of, images_in
from hilum.preparation.fingerprint import Fingerprint
from hilum.preparation.plan import Plan, SelfSupervision
from hilum.preparation.prepare import prepare
from hilum.preparation.prepared import Prepared
from hilum.progress import Progress, silent
from hilum.study import Classification

Pictures = NDArray[np.uint8 | np.uint16]
_AT_A_TIME = 256
# Each image is looked at twice a pass, and learning from images alone still gains after many of them.
_VIEWS, _FEWEST, _MOST = 2, 10, 200


def prepare_unlabelled(
    root: Path, images: Sequence[str], plan: Plan, folder: Path, progress: Progress = silent
) -> Prepared:
    """Prepare images of which nothing is known.

    Args:
        root: the folder to which the images are relative.
        images: their paths.
        plan: only its picture section matters here.
        folder: is made if it is not there.
        progress: told after every few images.

    Returns:
        The prepared images; one that cannot be read is named with its reason and left out.

    Raises:
        ModelError: there are none, or not one could be read.
    """
    cases = pd.DataFrame({"image": list(images)})
    cohort = Cohort(cases, Classification(), root, (), (), None, ())
    return prepare(cohort, plan, folder, progress)


@dataclass(frozen=True)
class Pool:
    """Images of several prepared arrays, numbered through; none of them is copied.

    Attributes:
        sources: pairs of an array (images, size, size) and the rows of it that take part.

    Example:
        >>> first, second = np.zeros((3, 2, 2), np.uint8), np.ones((2, 2, 2), np.uint8)
        >>> pool = Pool(((first, np.array([0, 2])), (second, np.array([1]))))
        >>> len(pool), pool.take(np.array([2, 0])).max(axis=(1, 2)).tolist()
        (3, [1, 0])
    """

    sources: tuple[tuple[Pictures, NDArray[np.int64]], ...]

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.sources)

    def take(self, chosen: NDArray[np.int64]) -> Pictures:
        """Some images, in the order asked for.

        Args:
            chosen: (n,) numbers from 0 to the pool's length.

        Returns:
            (n, size, size), a copy.
        """
        first = self.sources[0][0]
        found: Pictures = np.empty((len(chosen), *first.shape[1:]), first.dtype)
        begin = 0
        for array, rows in self.sources:
            here = (chosen >= begin) & (chosen < begin + len(rows))
            found[here] = array[rows[chosen[here] - begin]]
            begin += len(rows)
        return found

    def digest(self) -> str:
        """A hash of all images in their order; the same images give the same."""
        digest = hashlib.sha256()
        for start in range(0, len(self), _AT_A_TIME):
            images = self.take(np.arange(start, min(start + _AT_A_TIME, len(self))))
            digest.update(f"{images.dtype} {images.shape}".encode())
            digest.update(images.tobytes())
        return digest.hexdigest()


def pool_of(*parts: tuple[Prepared, Sequence[str]]) -> Pool:
    """A pool of prepared images, each part in the order of its rows; what was not readable is left out.

    Args:
        parts: pairs of prepared images and the names of those that take part.

    Raises:
        ModelError: no image is left, or the parts were prepared in different forms.
    """
    if len({prepared.picture for prepared, _ in parts}) > 1:
        raise ModelError("images of different forms cannot be learnt from together: run the study again")
    rows = [np.unique(prepared.rows_of(list(names))) for prepared, names in parts]
    pool = Pool(
        tuple((prepared.array, found[found >= 0]) for (prepared, _), found in zip(parts, rows, strict=True))
    )
    if not len(pool):
        raise ModelError("no image without a label could be read: check `unlabelled` in the study file")
    return pool


def decide_self_supervision(found: Fingerprint, plan: Plan, images: int, minutes: float) -> SelfSupervision:
    """How long a network learns from images alone: as many passes as fit into a time.

    Args:
        found: the fingerprint, for the machine.
        plan: its model and the size of its images count.
        images: how many there are, those of the training part among them.
        minutes: the time.

    Returns:
        The plan's section; from 10 to 200 passes.

    Example:
        >>> found = Fingerprint(images={"train": 900}, patients={"train": 900}, sampled=9, unreadable=0,
        ...     rows=(224, 224, 224), columns=(224, 224, 224), aspect=(1, 1, 1), bits=8,
        ...     brightness=(0.4, 0.5, 0.6), spread=(0.2, 0.2, 0.3), cores=2)
        >>> decide_self_supervision(found, Plan(model="resnet18"), 2000, 10).epochs
        18
    """
    affordable = images_in(minutes, effort_of(plan.model), plan.picture.size, found.cores, found.device)
    epochs = int(affordable / (_VIEWS * max(images, 1)))
    given = plan.self_supervision.model_dump()
    return SelfSupervision.model_validate({**given, "epochs": min(max(epochs, _FEWEST), _MOST)})
