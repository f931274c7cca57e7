"""A trained model that marks the lungs in a film: as a file of its own, and as text within a plan."""

import base64
import binascii
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
from hilum.preparation.eight_bits import packed, rounded, unpacked
from hilum.preparation.small_unet import SmallUNet

_KIND, _LARGEST = "hilum lung mask", 64 * 1024 * 1024
_LEAST_SHARE = 0.15
_FILTERS, _SIZES = (8, 16), range(16, 1025)


@dataclass(frozen=True)
class LungMask:
    """Marks the lungs in frontal films.

    Attributes:
        network: in reading mode, its weights as `rounded` leaves them.
        size: rows and columns of what it reads.

    Example:
        >>> model = LungMask.of(SmallUNet(8), 32)
        >>> mask = model.find(np.zeros((40, 60), np.float32))
        >>> mask.shape, mask.dtype.name
        ((40, 60), 'bool')
    """

    network: SmallUNet
    size: int

    @classmethod
    def of(cls, network: SmallUNet, size: int) -> "LungMask":
        """The model of a trained network.

        Args:
            network: is put into reading mode, and its weights are rounded in place, so that it is the same
                model wherever it is kept.
            size: rows and columns of what it reads.
        """
        rounded(network)
        return cls(network.eval(), size)

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
            f"{path.name} is no model of lung masks: name the .safetensors file that `hilum lung-masks` wrote"
        )
        try:
            if path.stat().st_size > _LARGEST:
                raise refusal
            with safe_open(path, framework="pt") as file:
                facts = json.loads((file.metadata() or {}).get("hilum", "{}"))
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no dict
            size, filters = int(facts["size"]), int(facts["filters"])
            if facts["kind"] != _KIND or size not in _SIZES or size % 16 or filters not in _FILTERS:
                raise refusal
            network = SmallUNet(filters)
            network.load_state_dict(weights)
        except (OSError, SafetensorError, ValueError, KeyError, TypeError, RuntimeError):
            raise refusal from None
        return cls.of(network, size)

    def as_text(self) -> str:
        """The model as a plan keeps it: weights in 8 bits, Base64; 310,000 characters at 8 filters."""
        facts = np.array([self.size, self.network.filters], "<u2").tobytes()
        return base64.b64encode(facts + packed(self.network)).decode("ascii")

    @classmethod
    def from_text(cls, text: str) -> "LungMask":
        """The model that a plan keeps.

        Raises:
            ModelError: it is no such model.

        Example:
            >>> model = LungMask.of(SmallUNet(8), 32)
            >>> LungMask.from_text(model.as_text()).size
            32
        """
        refusal = ModelError("the lung mask in the plan is damaged: run the study again to write the plan")
        try:
            content = base64.b64decode(text.encode("ascii"), validate=True)
            size, filters = (int(each) for each in np.frombuffer(content[:4], "<u2"))
            if size not in _SIZES or size % 16 or filters not in _FILTERS:
                raise refusal
            network = SmallUNet(filters)
            unpacked(network, content[4:])
        except (binascii.Error, ValueError):
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
