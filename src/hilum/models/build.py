"""Make a network by name, with random or given weights."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from hilum.errors import ModelError
from hilum.models import resnet18, small_cnn
from hilum.models.network import Architecture, Network, Shape
from hilum.study import did_you_mean

MODELS: tuple[Architecture, ...] = (small_cnn.ARCHITECTURE, resnet18.ARCHITECTURE)


def architecture(name: str) -> Architecture:
    """The catalogue's entry of a name.

    Raises:
        ModelError: there is none; the nearest is named.

    Example:
        >>> architecture("resnet18").smallest
        32
    """
    for entry in MODELS:
        if entry.name == name:
            return entry
    names = [entry.name for entry in MODELS]
    near = did_you_mean(name, names)
    hint = f"did you mean `{near}`?" if near else f"available are {', '.join(names)}"
    raise ModelError(f"the model `{name}` is unknown: {hint}")


def build_model(name: str, shape: Shape, weights: Path | None = None) -> Network:
    """Build a network.

    Args:
        name: as in the catalogue.
        shape: channels, outputs and image size.
        weights: a safetensors file to start from, of timm or of an earlier training; its last layer is left
            out where it does not fit. None = random weights from torch's generator.

    Returns:
        The network, in training mode.

    Raises:
        ModelError: the name is unknown, the images are too small, or the weights do not belong to this
            architecture.

    Example:
        >>> build_model("small_cnn", Shape(channels=1, outputs=3, size=64)).head.out_features
        3
    """
    entry = architecture(name)
    if shape.size < entry.smallest:
        raise ModelError(
            f"{name} needs images of at least {entry.smallest} pixels, not {shape.size}: choose a larger size"
        )
    network = entry.build(shape)
    if weights is not None:
        _start_from(network, _read(weights), name)
    return network


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError):
        raise ModelError(
            f"the weights file {path.name} cannot be read: name a whole safetensors file"
        ) from None


def _start_from(network: Network, given: dict[str, Tensor], name: str) -> None:
    """Copy what fits; every layer but the last must be there."""
    own = network.state_dict()
    missing = []
    for key, value in own.items():
        found = given.get(key, given.get(key.removeprefix("backbone.")))
        if (
            found is not None
            and found.ndim == 4
            and value.ndim == 4
            and found.shape[1] == 3
            and value.shape[1] == 1
        ):
            found = found.sum(dim=1, keepdim=True)
        if found is not None and found.shape == value.shape:
            own[key] = found.to(value.dtype)
        elif not key.startswith("head.") and not key.endswith("num_batches_tracked"):
            missing.append(key)
    if missing:
        raise ModelError(
            f"the weights file does not belong to {name}: {len(missing)} of {len(own)} layers do not fit; "
            "name another file"
        )
    with torch.no_grad():
        network.load_state_dict(own)
