"""What every architecture is: a plain module that can be asked for its last feature map."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn


class Network(nn.Module, ABC):
    """An image in, numbers out, with the last feature map in between.

    `head` is the last linear layer. `pooled` says whether the feature map is averaged before it, which makes
    a class activation map exact (Zhou 2016).
    """

    head: nn.Linear
    pooled: bool

    @abstractmethod
    def features(self, images: Tensor) -> Tensor:
        """The last feature map.

        Args:
            images: (n, channels, rows, columns), standardised.

        Returns:
            (n, maps, rows, columns), smaller.
        """

    @abstractmethod
    def classify(self, features: Tensor) -> Tensor:
        """From feature map to outputs.

        Args:
            features: from `features`.

        Returns:
            (n, outputs), before any sigmoid or softmax.
        """

    def forward(self, images: Tensor) -> Tensor:
        """The outputs of images: `classify(features(images))`."""
        return self.classify(self.features(images))


@dataclass(frozen=True)
class Shape:
    """What goes in and what comes out of a network."""

    channels: int
    outputs: int
    size: int


@dataclass(frozen=True)
class Architecture:
    """One entry of the catalogue.

    Attributes:
        name: as written in a study file.
        sentence: what it is, for a clinician.
        reference: where it was described.
        smallest: the smallest image it can read, in pixels.
        pretrained: the hub's name of its pretrained weights, or None.
        build: makes the network with random weights, drawn from torch's generator.
    """

    name: str
    sentence: str
    reference: str
    smallest: int
    pretrained: str | None
    build: Callable[[Shape], Network]
