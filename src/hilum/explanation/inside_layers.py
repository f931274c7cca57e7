"""What the layers of a network make of one image: maps after convolution, normalisation, ReLU and pooling."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hilum.models import Network

Maps = NDArray[np.float32]

CONVOLUTION, NORMALISATION, ACTIVATION, POOLING = "convolution", "normalisation", "activation", "pooling"
FIRST_SHOWN, LATER_SHOWN = 16, 8
_NORMALISATIONS = (nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d)
_ACTIVATIONS = ("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU", "Swish", "Mish", "Hardswish")


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer and what it made of the image.

    Attributes:
        name: as the network calls it.
        kind: `convolution`, `normalisation`, `activation` or `pooling`.
        what: its kind as the field names it, such as `ReLU` or `max pooling`.
        stage: counted from 1; a new stage begins where maps become smaller.
        shape: maps, rows and columns of the whole output.
        low: smallest value of the whole output.
        high: largest value of the whole output.
        zeros: share of values that are exactly 0.
        shown: which maps are kept, counted from 0.
        maps: these maps, (shown, rows, columns).

    Example:
        >>> maps = np.zeros((1, 2, 2), np.float32)
        >>> Layer("a", "activation", "ReLU", 1, (1, 2, 2), 0, 1, 0.5, (0,), maps).what
        'ReLU'
    """

    name: str
    kind: str
    what: str
    stage: int
    shape: tuple[int, int, int]
    low: float
    high: float
    zeros: float
    shown: tuple[int, ...]
    maps: Maps


@dataclass(frozen=True, eq=False)
class Seen:
    """One call of a layer, with all that went in and came out, of one image."""

    name: str
    kind: str
    module: nn.Module
    given: Tensor
    made: Tensor


@dataclass(frozen=True)
class _Call:
    """One call of a layer, before anything is kept."""

    place: int
    kind: str
    side: tuple[int, int]
    gate: bool


def seen_layers(network: Network, image: Tensor) -> list[list[Seen]]:
    """The layers that are looked at, in groups: a convolution and what follows up to the next one.

    The first convolution of all is taken, and the last of each stage: a stretch of convolutions whose maps
    have the same rows and columns.

    Args:
        network: in reading mode; it is not changed.
        image: (1, channels, rows, columns), as the network reads it.

    Returns:
        The groups in the order of the network; none where it has no convolutions over places.
    """
    calls = _calls(network, image)
    groups = [_group(calls, at) for at in _chosen(calls)]
    wanted = {call.place for group in groups for call in group}
    kept: dict[int, Seen] = {}

    def keep(place: int, name: str, module: nn.Module, given: Tensor, made: Tensor) -> None:
        # Layers that work in place change what stands before them: what is kept must be a copy.
        if place in wanted:
            kept[place] = Seen(name, kind_of(module), module, given, made.detach().clone())

    _watch(network, image, keep, copies=True)
    return [[kept[call.place] for call in group] for group in groups]


def kind_of(module: nn.Module) -> str:
    """Convolution, normalisation, activation or pooling; empty for anything else.

    Example:
        >>> kind_of(nn.Conv2d(1, 1, 3)), kind_of(nn.MaxPool2d(2)), kind_of(nn.Linear(1, 1))
        ('convolution', 'pooling', '')
    """
    if isinstance(module, nn.Conv2d):
        return CONVOLUTION
    if isinstance(module, _NORMALISATIONS):
        return NORMALISATION
    name = type(module).__name__
    if name in _ACTIVATIONS:
        return ACTIVATION
    return POOLING if name.endswith(("Pool2d", "Pool2dSame")) else ""


def named_kind(module: nn.Module) -> str:
    """The kind of a layer as the field names it.

    Example:
        >>> named_kind(nn.ReLU()), named_kind(nn.MaxPool2d(2)), named_kind(nn.AdaptiveAvgPool2d(1))
        ('ReLU', 'max pooling', 'mean pooling')
    """
    kind, name = kind_of(module), type(module).__name__
    if kind == ACTIVATION:
        return name
    if kind == POOLING:
        return "max pooling" if "Max" in name else "mean pooling"
    return kind


def layers_of(groups: Sequence[Sequence[Seen]]) -> tuple[Layer, ...]:
    """The layers with the maps that are shown: of each group those that vary most over the image.

    Args:
        groups: from `seen_layers`.
    """
    layers: list[Layer] = []
    for stage, group in enumerate(groups, start=1):
        count = FIRST_SHOWN if stage == 1 else LATER_SHOWN
        shown = strongest(group[0].made, count)
        layers += [_layer(seen, stage, _still(seen, group[0], shown, count)) for seen in group]
    return tuple(layers)


def strongest(made: Tensor, count: int) -> tuple[int, ...]:
    """The maps that vary most over an image, in the order of the network.

    Example:
        >>> maps = torch.zeros(1, 3, 2, 2)
        >>> maps[0, 2, 0, 0] = 1
        >>> strongest(maps, 1)
        (2,)
    """
    spread = made[0].float().flatten(1).std(dim=1, correction=0)
    order = torch.sort(spread, descending=True, stable=True).indices[:count]
    return tuple(sorted(int(place) for place in order))


def _still(seen: Seen, first: Seen, shown: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The same maps as after the convolution; where the network joined others to them, the strongest."""
    return shown if seen.made.shape[1] == first.made.shape[1] else strongest(seen.made, count)


def _layer(seen: Seen, stage: int, shown: tuple[int, ...]) -> Layer:
    made = seen.made[0].float().cpu()
    maps, rows, columns = made.shape
    return Layer(
        seen.name,
        seen.kind,
        named_kind(seen.module),
        stage,
        (maps, rows, columns),
        float(made.min()),
        float(made.max()),
        float((made == 0).float().mean()),
        shown,
        made[list(shown)].numpy(),
    )


def _calls(network: Network, image: Tensor) -> list[_Call]:
    found: list[_Call] = []

    def write_down(place: int, _: str, module: nn.Module, given: Tensor, made: Tensor) -> None:
        gate = given.shape[2] * given.shape[3] == 1  # squeeze and excitation: no places any more
        found.append(_Call(place, kind_of(module), (made.shape[2], made.shape[3]), gate))

    _watch(network, image, write_down)
    return found


def _chosen(calls: Sequence[_Call]) -> list[int]:
    """The first convolution, and the last of each stretch of maps of one size."""
    convolutions = [n for n, call in enumerate(calls) if call.kind == CONVOLUTION and not call.gate]
    last = {calls[n].side: n for n in convolutions}
    return sorted({*convolutions[:1], *last.values()})


def _group(calls: Sequence[_Call], start: int) -> list[_Call]:
    """A convolution and the first layer of each other kind before the next one."""
    group, kinds = [calls[start]], {CONVOLUTION}
    for call in calls[start + 1 :]:
        if call.kind == CONVOLUTION:
            break
        if call.kind not in kinds:
            group.append(call)
            kinds.add(call.kind)
    return group


_Told = Callable[[int, str, nn.Module, Tensor, Tensor], None]


def _watch(network: Network, image: Tensor, told: _Told, *, copies: bool = False) -> None:
    """Read the image and tell of every layer over places that was called; `copies` of what went in."""
    counter = iter(range(1_000_000))
    with _hooked(network, counter, told, copies=copies), torch.inference_mode():
        network.classify(network.features(image.clone()))


@contextmanager
def _hooked(network: Network, counter: Iterator[int], told: _Told, *, copies: bool) -> Iterator[None]:
    before: dict[nn.Module, Tensor] = {}
    side: list[tuple[int, ...]] = [()]
    handles = []

    def note(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def tell(module: nn.Module, given: tuple[Tensor, ...], made: Tensor) -> None:
            if made.ndim == 4:
                if kind_of(module) == CONVOLUTION:
                    side[0] = tuple(made.shape[2:])
                told(next(counter), name, module, before.pop(module, given[0]), _maps_first(made, side[0]))

        return tell

    def remember(module: nn.Module, given: tuple[Tensor, ...]) -> None:
        before[module] = given[0].detach().clone()

    for name, module in network.named_modules():
        if kind_of(module) and not any(True for _ in module.children()):
            if copies:
                handles.append(module.register_forward_pre_hook(remember))
            handles.append(module.register_forward_hook(note(name)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _maps_first(made: Tensor, side: tuple[int, ...]) -> Tensor:
    """The output of a layer with its maps before rows and columns, where a network keeps them last."""
    last = tuple(made.shape[1:3]) == side != tuple(made.shape[2:])
    return made.permute(0, 3, 1, 2) if last else made
