"""A trained model that marks the lungs in a film, as one file."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from hilum.errors import ModelError
from hilum.files import replaced_when_done
from hilum.image import resize
from hilum.models.small_unet import SmallUNet

_KIND, _LARGEST = "hilum lung mask", 64 * 1024 * 1024
_LEAST_SHARE = 0.15


@dataclass(frozen=True)
class LungMask:
    """Marks the lungs in frontal films.

    Attributes:
        network: in reading mode.
        size: rows and columns of what it reads.

    Example:
        >>> mask = LungMask(SmallUNet(8).eval(), 32).find(np.zeros((40, 60), np.float32))
        >>> mask.shape, mask.dtype.name
        ((40, 60), 'bool')
    """

    network: SmallUNet
    size: int

    def find(self, picture: NDArray[np.float32]) -> NDArray[np.bool_]:
        """The mask of one film: what is likelier lung than not, small islands left out, holes filled.

        The film and its mirror image are read and averaged.

        Args:
            picture: (rows, columns) in 0..1; at least 3 to either side.

        Returns:
            (rows, columns).
        """
        small = torch.from_numpy(film_for_mask(picture, self.size))[None, None]
        with torch.inference_mode():
            both = self.network(torch.cat([small, small.flip(3)]))
            share = torch.sigmoid((both[:1] + both[1:].flip(3)) / 2)[0, 0].numpy()
        return _tidied(resize(share, (picture.shape[0], picture.shape[1])) > 0.5)

    def save(self, path: Path) -> None:
        """Write one safetensors file.

        Raises:
            OSError: the disk is full, or the folder may not be written to.
        """
        facts = {"kind": _KIND, "size": str(self.size), "filters": str(self.network.filters)}
        weights = {name: weight.contiguous() for name, weight in self.network.state_dict().items()}
        with replaced_when_done(path) as partial:
            partial.write_bytes(save(weights, {"hilum": json.dumps(facts, sort_keys=True)}))

    @classmethod
    def load(cls, path: Path) -> "LungMask":
        """Read what `save` wrote.

        Raises:
            ModelError: the file is not there, or is no such model.
        """
        refusal = ModelError(
            f"{path.name} is no model of lung masks: name the .safetensors file that training one has left"
        )
        try:
            if path.stat().st_size > _LARGEST:
                raise refusal
            with safe_open(path, framework="pt") as file:
                facts = json.loads((file.metadata() or {}).get("hilum", "{}"))
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no dict
            size, filters = int(facts["size"]), int(facts["filters"])
            if facts["kind"] != _KIND or not (16 <= size <= 1024 and 1 <= filters <= 128):
                raise refusal
            network = SmallUNet(filters)
            network.load_state_dict(weights)
        except (OSError, SafetensorError, ValueError, KeyError, TypeError, RuntimeError):
            raise refusal from None
        return cls(network.eval(), size)


def film_for_mask(picture: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """A film as the network reads it: square, grey from the 1st to the 99th percentile.

    The square is filled: masks are brought back by the same stretch.

    Example:
        >>> film_for_mask(np.eye(64, dtype=np.float32), 32).shape
        (32, 32)
    """
    small = resize(picture, (size, size))
    low, high = np.percentile(small, [1.0, 99.0])
    grey = (small - np.float32(low)) / np.float32(max(high - low, 1e-3))
    return np.asarray(np.clip(grey, 0, 1), dtype=np.float32)


def _tidied(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The two largest areas, the second only where it is no island; their holes filled."""
    from scipy import ndimage

    labels, count = ndimage.label(mask)
    if not count:
        return mask
    areas = np.bincount(labels.ravel())[1:]
    order = np.argsort(-areas, kind="stable")[:2]
    kept = [place + 1 for place in order if areas[place] >= _LEAST_SHARE * areas[order[0]]]
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(np.isin(labels, kept))
    return filled
