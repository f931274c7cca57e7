"""A network as a method of explanation sees it: from grey values to outputs, with a feature map in between.

Standardisation, the other images and the table of a case, and the place in a blend are settled here once, so
that no method has to know of them.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from hilum.models import Blend, CaseNetwork, Network, Standard


class View(Protocol):
    """What can be asked for its feature map and for its outputs of it.

    Attributes:
        head: the last linear layer.
        pooled: whether outputs are that layer of the mean over all places.
        mapped: whether the feature map has places at all.
        network: the trained network behind.
    """

    @property
    def head(self) -> nn.Linear:
        """The last linear layer."""

    @property
    def pooled(self) -> bool:
        """Whether outputs are that layer of the mean over all places."""

    @property
    def mapped(self) -> bool:
        """Whether the feature map has places at all."""

    @property
    def network(self) -> Network:
        """The trained network behind."""

    def features(self, images: Tensor) -> Tensor:
        """The last feature map of images in 0..1, (n, maps, rows, columns)."""

    def classify(self, features: Tensor) -> Tensor:
        """From feature map to outputs, (n, outputs)."""


def outputs_of(view: View, images: Tensor) -> Tensor:
    """The outputs of images in 0..1, (n, outputs)."""
    return view.classify(view.features(images))


@dataclass(frozen=True)
class Alone:
    """A network that reads single images or volumes.

    Attributes:
        network: in reading mode.
        standard: how grey values become its input.
        scale: a factor on the standardised image, for a member of a blend.
        offset: added after the factor.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> view = Alone(build_model("small_cnn", Shape(1, 1, 32)), Standard(0.5, 0.25))
        >>> outputs_of(view, torch.zeros(2, 1, 32, 32)).shape
        torch.Size([2, 1])
    """

    network: Network
    standard: Standard
    scale: float = 1.0
    offset: float = 0.0

    @property
    def head(self) -> nn.Linear:
        """The last linear layer."""
        return self.network.head

    @property
    def pooled(self) -> bool:
        """Whether outputs are that layer of the mean over all places."""
        return self.network.pooled

    @property
    def mapped(self) -> bool:
        """Whether the feature map has places at all."""
        return self.network.mapped

    def features(self, images: Tensor) -> Tensor:
        """The last feature map."""
        given = (images - self.standard.mean) / self.standard.deviation
        given = given * self.scale + self.offset
        return self.network.features(given.contiguous(memory_format=torch.channels_last))

    def classify(self, features: Tensor) -> Tensor:
        """From feature map to outputs."""
        return self.network.classify(features)


@dataclass(frozen=True)
class InCase:
    """One image of a case, with what the network is told beside it: the case's other images and its table.

    Attributes:
        network: reads cases.
        standard: how grey values become its input.
        others: (m, width) what the network sees in the case's other images; None where there are none.
        table: (columns,) the case's numbers; None where the network reads no table.
    """

    network: CaseNetwork
    standard: Standard
    others: Tensor | None = None
    table: Tensor | None = None

    pooled = False

    @property
    def head(self) -> nn.Linear:
        """The last linear layer."""
        return self.network.head

    @property
    def mapped(self) -> bool:
        """Whether the feature map has places at all."""
        return self.network.mapped

    def features(self, images: Tensor) -> Tensor:
        """The last feature map of this image."""
        return Alone(self.network, self.standard).features(images)

    def classify(self, features: Tensor) -> Tensor:
        """The case's outputs, this image's features given."""
        seen = self.network.network.classify(features).unsqueeze(1)
        if self.others is not None:
            seen = torch.cat([seen, self.others.unsqueeze(0).expand(len(seen), -1, -1)], dim=1)
        table = None if self.table is None else self.table.unsqueeze(0).expand(len(seen), -1)
        return self.network.judge(seen, table)


def member_views(blend: Blend, standard: Standard) -> list[tuple[Alone, float]]:
    """The members of a blend, each with how much it counts; the counts of all add up to 1.

    Args:
        blend: in reading mode.
        standard: how grey values become the blend's input.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> shape = Shape(1, 1, 32)
        >>> blend = Blend([build_model("small_cnn", shape), build_model("resnet18", shape)], shape)
        >>> [round(counts, 2) for _, counts in member_views(blend, Standard(0.5, 0.25))]
        [0.5, 0.5]
    """
    factors, offsets = blend.get_buffer("factors"), blend.get_buffer("offsets")
    found = []
    for place, member in enumerate(blend.members):
        own = float(blend.head.weight[0, place * blend.outputs].detach())
        if not isinstance(member, Network):
            continue
        view = Alone(member, standard, float(factors[place]), float(offsets[place]))
        found.append((view, max(own, 0.0)))
    total = sum(counts for _, counts in found)
    return [(view, counts / total if total > 0 else 1 / len(found)) for view, counts in found]
