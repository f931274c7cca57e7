"""Say in words when images are unlike those that a model learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from hilum.readers.unusual_batch import batch_notices
from hilum.readers.unusual_headers import header_notices

if TYPE_CHECKING:
    from hilum.models import Network, Standard
    from hilum.models.population import Looks, Population
    from hilum.preparation.headers import Header

UNLIKE = "looks unlike the training images"
_INVERTED = "looks like a negative of the training images: black and white may be exchanged"
# For each value of `hilum.models.appearance` what is said of too little and of too much of it.
_WORDS = (
    ("is darker than {0} of the training images", "is brighter than {0} of the training images"),
    (
        "has less contrast than {0} of the training images",
        "has more contrast than {0} of the training images",
    ),
    ("is more blurred than {0} of the training images", "is sharper than {0} of the training images"),
    (
        "is smoother or more blurred than {0} of the training images",
        "has more noise than {0} of the training images",
    ),
)
_MOST_SAID = 2


@dataclass(frozen=True)
class Seen:
    """What was seen in some images.

    Attributes:
        paths: their files, as given.
        notices: for each what is unusual about it, in words that go on from "this image"; mostly nothing.
        looks: how they stand to the population.
        headers: what their headers say.
    """

    paths: tuple[str, ...]
    notices: tuple[tuple[str, ...], ...]
    looks: "Looks"
    headers: "tuple[Header, ...]"


@dataclass(frozen=True)
class Watcher:
    """Looks at images as they are read.

    Attributes:
        population: what the model learnt from.
        network: of the model; what it sees is looked at as well.
        standard: how prepared images become its input.
        threads: processor threads.
    """

    population: "Population"
    network: "Network"
    standard: "Standard"
    threads: int = 1

    @classmethod
    def load(cls, folder: Path, network: "Network", standard: "Standard", threads: int = 1) -> Self | None:
        """Make one from the folder of a trained model; None where the model knows no population.

        Raises:
            ModelError: the population was changed or cannot be read.
        """
        from hilum.models.population import Population

        population = Population.load(folder)
        return None if population is None else cls(population, network, standard, threads)

    def look(self, paths: Sequence[Path | str], array: NDArray[np.uint8 | np.uint16]) -> Seen:
        """Look at some images.

        Args:
            paths: their files; headers are read where they are DICOM.
            array: (n, size, size) the same files, prepared.
        """
        from hilum.models import place, steady
        from hilum.models.pooled import pooled_features
        from hilum.preparation.headers import read_header

        rows = np.arange(len(array), dtype=np.int64)
        with steady(self.threads) as device:
            place(self.network, device)
            features = pooled_features(self.network, array, rows, self.standard)
        looks = self.population.look(array, rows, features)
        headers = tuple(read_header(Path(path)) for path in paths)
        said = [header_notices(self.population.described, header) for header in headers]
        notices = tuple(
            (*image_notices(self.population, looks, row), *said[row]) for row in range(len(looks))
        )
        return Seen(tuple(map(str, paths)), notices, looks, headers)

    def together(self, seen: "Sequence[Seen]") -> tuple[str, ...]:
        """What is unusual about all images that were looked at, taken together; mostly nothing."""
        from hilum.models.population import Looks

        if not seen:
            return ()
        headers = [header for one in seen for header in one.headers]
        return batch_notices(self.population, Looks.joined([one.looks for one in seen]), headers)


def by_image(seen: Sequence[Seen]) -> dict[str, tuple[str, ...]]:
    """What is unusual, by path; images of which nothing is are left out."""
    pairs = [pair for one in seen for pair in zip(one.paths, one.notices, strict=True)]
    return {path: notices for path, notices in pairs if notices}


def image_notices(population: "Population", looks: "Looks", row: int) -> tuple[str, ...]:
    """What is unusual about one image, told from its grey values.

    Args:
        population: what the model learnt from.
        looks: from `population.look`.
        row: which of them.
    """
    values, picture, features = looks.outside[row]
    said = (
        [_value_words(population, looks, row, int(place)) for place in _furthest(looks, row)]
        if values
        else []
    )
    if (picture or features) and not any(word in (UNLIKE, _INVERTED) for word in said):
        said.append(_INVERTED if looks.negative[row] else UNLIKE)
    return tuple(said[: _MOST_SAID + 1])


def _furthest(looks: "Looks", row: int) -> NDArray[np.int64]:
    """The values that lie furthest out, at most two, the second only if not much nearer."""
    far = np.abs(looks.steps[row])
    order = np.argsort(-far, kind="stable")[:_MOST_SAID]
    near: NDArray[np.int64] = order[far[order] >= 0.25 * far[order[0]]]
    return near


def _value_words(population: "Population", looks: "Looks", row: int, place: int) -> str:
    value = looks.values[row, place]
    if place == len(_WORDS):
        return _INVERTED if looks.negative[row] else UNLIKE
    high = bool(looks.steps[row, place] > 0)
    others = population.reference[:, place]
    beyond = float(np.mean(others < value if high else others > value))
    share = "all" if beyond >= 1 else f"{np.floor(1000 * beyond) / 10:g} %"
    return _WORDS[place][high].format(share)
