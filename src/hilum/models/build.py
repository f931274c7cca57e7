"""Make a network by name, with random or given weights."""

from collections.abc import Callable
from pathlib import Path

from hilum import catalogue
from hilum.catalogue import ModelRecord
from hilum.errors import ModelError
from hilum.models.blend import Blend, names_in
from hilum.models.case_network import CaseNetwork, CaseShape
from hilum.models.linear import Linear
from hilum.models.network import Architecture, Network, Shape
from hilum.models.resnet18 import ResNet18
from hilum.models.slices import SliceAttention
from hilum.models.small_cnn import SmallCnn
from hilum.models.starting import is_earlier, read_starting, start_from
from hilum.models.timm_networks import named_network, tried_network
from hilum.models.volumes import VolumeNetwork
from hilum.study import did_you_mean

# Four networks side by side have a shorter one; so a name from elsewhere cannot ask for thousands.
_LONGEST_NAME = 400
# Written here; every other network of the catalogue is made of timm's.
_OWN: dict[str, Callable[[Shape], Network]] = {"small_cnn": SmallCnn, "linear": Linear, "resnet18": ResNet18}


def _offered(record: ModelRecord) -> Architecture:
    return Architecture(record, _OWN.get(record.name) or named_network(str(record.backbone)))


MODELS: tuple[Architecture, ...] = tuple(_offered(record) for record in catalogue.MODELS)


def architecture(name: str) -> Architecture:
    """The catalogue's entry of a name, or any two-dimensional network of timm.

    Raises:
        ModelError: there is none; the nearest is named.

    Example:
        >>> architecture("resnet18").smallest
        32
        >>> architecture("resnet10t").sentence
        'The network resnet10t as timm builds it.'
    """
    for entry in MODELS:
        if entry.name == name:
            return entry
    import timm

    if timm.is_model(name):
        return _of_timm(name)
    names = [entry.name for entry in MODELS]
    near = did_you_mean(name, names) or did_you_mean(name, timm.list_models())
    hint = f"did you mean `{near}`?" if near else f"available are {', '.join(names)}, and timm's names"
    raise ModelError(f"the model `{name}` is unknown: {hint}")


def build_model(name: str, shape: Shape, weights: Path | None = None) -> Network:
    """Build a network.

    Args:
        name: as in the catalogue, or timm's name; `slices(...)` around one reads volumes.
        shape: channels, outputs and image size; a `CaseShape` with columns of a table or several images a
            case gives a `CaseNetwork`.
        weights: a safetensors file to start from, of timm, of a project that the catalogue names, or of an
            earlier training; its last layer is left out. None = random weights from
            torch's generator.

    Returns:
        The network, in training mode.

    Raises:
        ModelError: the name is unknown, the images do not suit it, or the weights do not belong to this
            architecture.

    Example:
        >>> build_model("small_cnn", Shape(channels=1, outputs=3, size=64)).head.out_features
        3
    """
    if len(name) > _LONGEST_NAME:
        raise ModelError(f"the model `{name[:40]}...` is unknown: its name is too long")
    if members := names_in(name):
        return Blend([build_model(member, shape) for member in members], shape)
    network = _network(name, shape, weights)
    if isinstance(shape, CaseShape) and shape.beyond_one_image:
        return CaseNetwork(network, shape)
    return network


def _network(name: str, shape: Shape, weights: Path | None) -> Network:
    """A network that reads one image, or one volume."""
    inner = catalogue.over_slices(name)
    if inner is None:
        network = _without_weights(name, shape)
    else:
        own = weights is not None and is_earlier(weights, name)
        network = SliceAttention(_network(inner, shape, None if own else weights), shape.outputs)
        weights = weights if own else None
    if weights is not None:
        start_from(network, read_starting(weights, name), name)
    return network


def _without_weights(name: str, shape: Shape) -> Network:
    if catalogue.reads_volumes(name):
        return VolumeNetwork(name, shape)
    entry = architecture(name)
    if refusal := entry.record.unsuitable(shape.size):
        raise ModelError(refusal)
    return entry.build(shape)


def _of_timm(name: str) -> Architecture:
    record = ModelRecord(
        name=name,
        sentence=f"The network {name} as timm builds it.",
        reference="Wightman, PyTorch Image Models, doi 10.5281/zenodo.4414861",
        backbone=name,
        smallest=1,
        multiple=1,
        sizes=(64, 96, 128, 160, 224),
        channels=(1, 3),
        parameters=0.0,
        work=0.0,
        rate=0.0,
        map="by gradient",
    )
    return Architecture(record, tried_network(name))
