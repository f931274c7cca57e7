"""Weights to start from: of timm, of another project, or of an own earlier training."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor

from hilum import catalogue
from hilum.errors import ModelError
from hilum.models.folder import FACTS, WEIGHTS, load_model
from hilum.models.network import Network
from hilum.models.reading import Standard
from hilum.models.renaming import as_timm_names

_COLOURS, _MOST_CHANNELS = 3, 4


@dataclass(frozen=True)
class Starting:
    """Weights that a training starts from.

    Attributes:
        tensors: by name, in timm's words.
        standard: the mean and standard deviation with which these weights learnt to see images; None where
            their source does not say.
    """

    tensors: dict[str, Tensor]
    standard: Standard | None


def read_starting(path: Path, name: str) -> Starting:
    """Read weights; those of an earlier training are checked against their seal.

    Args:
        path: a safetensors file; `weights.safetensors` in a model folder is one of an earlier training.
        name: the architecture that is to start from them.

    Returns:
        The weights.

    Raises:
        ModelError: the file cannot be read, was changed after training, or is of another architecture.
    """
    if path.name == WEIGHTS and (path.parent / FACTS).is_file():
        return _of_earlier_training(path.parent, name)
    try:
        tensors = load_file(path)
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {}).get("facts", "{}"))
    except (OSError, SafetensorError):
        raise ModelError(
            f"the weights file {path.name} cannot be read: name a whole safetensors file"
        ) from None
    own = Standard(float(facts["mean"]), float(facts["deviation"])) if "mean" in facts else None
    return Starting(as_timm_names(tensors), own or _stated_standard(name))


def is_earlier(path: Path, name: str) -> bool:
    """Whether a file holds the weights of an earlier training of this very architecture.

    Raises:
        ModelError: it belongs to a trained model that was changed.

    Example:
        >>> is_earlier(Path("model.safetensors"), "resnet18")
        False
    """
    trained = path.name == WEIGHTS and (path.parent / FACTS).is_file()
    return trained and load_model(path.parent).facts.architecture == name


def _of_earlier_training(folder: Path, name: str) -> Starting:
    found = load_model(folder)
    if found.facts.architecture != name:
        raise ModelError(
            f"the earlier model {folder.parent.name} is a {found.facts.architecture} and not a {name}: "
            f'write model = "{found.facts.architecture}", or name other weights'
        )
    return Starting(found.weights, Standard(found.facts.mean, found.facts.deviation))


def _stated_standard(name: str) -> Standard | None:
    """The mean over channels of what the catalogue says that the weights of a model expect."""
    for record in catalogue.MODELS:
        given = record.weights
        if record.name == name and given is not None and given.mean and given.deviation:
            return Standard(sum(given.mean) / len(given.mean), sum(given.deviation) / len(given.deviation))
    return None


def start_from(network: Network, given: Starting, name: str) -> None:
    """Copy every layer but the last, which stays new.

    Args:
        network: whose weights are replaced, in place.
        given: the weights.
        name: the architecture, for the message.

    Raises:
        ModelError: the weights do not belong to this architecture.
    """
    own = network.state_dict()
    missing = []
    for key, value in own.items():
        if key.startswith("head."):
            continue
        found = given.tensors.get(key, given.tensors.get(key.removeprefix("backbone.")))
        fitted = None if found is None else _fitted(found, value, key, network)
        if fitted is not None:
            own[key] = fitted.to(value.dtype)
        elif not key.endswith("num_batches_tracked"):
            missing.append(key)
    if missing:
        raise ModelError(
            f"the weights file does not belong to {name}: {len(missing)} of {len(own)} layers do not fit; "
            "name another file"
        )
    with torch.no_grad():
        network.load_state_dict(own)


def _fitted(found: Tensor, value: Tensor, key: str, network: Network) -> Tensor | None:
    """A layer's weights in the shape that the network has, or None where that cannot be."""
    if found.shape == value.shape:
        return found
    if found.ndim == value.ndim == 4:
        found = _other_channels(found, value.shape[1])
    elif key.endswith("pos_embed") and found.ndim == value.ndim == 3:
        found = _other_places(found, value, network)
    return found if found.shape == value.shape else None


def _other_channels(found: Tensor, channels: int) -> Tensor:
    """Colour weights for grey images and the other way round: a grey image gives the same sums in both.

    For images seen through several windows, every channel begins with the mean of the colours.
    """
    if found.shape[1] not in (1, _COLOURS) or found.shape[1] == channels or channels > _MOST_CHANNELS:
        return found
    return found.sum(dim=1, keepdim=True).repeat(1, channels, 1, 1) / channels


def _other_places(found: Tensor, value: Tensor, network: Network) -> Tensor:
    """What a transformer knows of each place, stretched to the places of another image size."""
    from timm.layers.pos_embed import resample_abs_pos_embed

    backbone: Any = network.get_submodule("backbone")
    prefix = 0 if getattr(backbone, "no_embed_class", False) else int(backbone.num_prefix_tokens)
    side = round((value.shape[1] - prefix) ** 0.5)
    stretched: Tensor = resample_abs_pos_embed(found.float(), new_size=[side, side], num_prefix_tokens=prefix)
    return stretched
