"""What every architecture is: a plain module that can be asked for its last feature map."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from hilum.catalogue import ModelRecord


class Network(nn.Module, ABC):
    """An image in, numbers out, with the last feature map in between.

    `head` is the last linear layer. `pooled` says whether the feature map is averaged before it, which makes
    a class activation map exact (Zhou 2016). `mapped` says whether the feature map has places at all; where
    it has none, no map can show where the evidence lies.
    """

    head: nn.Linear
    pooled: bool
    mapped: bool = True

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
    """One network that can be built.

    Attributes:
        record: what the catalogue says of it.
        build: makes the network with random weights, drawn from torch's generator.
    """

    record: ModelRecord
    build: Callable[[Shape], Network]

    @property
    def name(self) -> str:
        """As written in a study file."""
        return self.record.name

    @property
    def sentence(self) -> str:
        """What it is, for a clinician."""
        return self.record.sentence

    @property
    def smallest(self) -> int:
        """The smallest side of an image that it can read, in pixels."""
        return self.record.smallest
