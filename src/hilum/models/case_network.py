"""Any network for single images, made to read a whole case: several images, and columns of a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from hilum.models.network import Network, Shape
from hilum.models.slices import GatedAttention

# Wide, so that a few columns are learnt as fast as an image that has hundreds of numbers.
_WIDTH = 128
_ATTENTION, _TABLE = "attention.content.weight", "table.0.weight"


@dataclass(frozen=True)
class CaseShape(Shape):
    """What goes in and what comes out of a network that may read more than one image.

    Attributes:
        columns: numbers that a table tells of each case; 0 = none.
        several: whether a case may have several images.
    """

    columns: int = 0
    several: bool = False

    @property
    def beyond_one_image(self) -> bool:
        """Whether there is anything beside one image."""
        return self.several or self.columns > 0

    @classmethod
    def of_weights(cls, shape: Shape, weights: Mapping[str, Tensor]) -> Self:
        """The shape that trained weights belong to.

        Args:
            shape: channels, outputs and size.
            weights: tensors by name.

        Example:
            >>> CaseShape.of_weights(Shape(1, 1, 32), {"table.0.weight": torch.zeros(128, 5)}).columns
            5
        """
        columns = weights[_TABLE].shape[1] if _TABLE in weights else 0
        return cls(shape.channels, shape.outputs, shape.size, columns, _ATTENTION in weights)


class CaseNetwork(Network):
    """A network for single images, with attention over several of them and a table beside them.

    Of each image come the numbers that the network's own last layer would have got. Several images are
    joined by gated attention pooling. The table goes through one hidden layer, normalised so that its numbers
    are of one size whatever the columns. All numbers together go into
    one linear layer: without a table and with one image that is the network as it was.

    Reference:
        Ilse et al., ICML 2018 (attention pooling); Huang et al., npj Digital Medicine 2020, doi
        10.1038/s41746-020-00341-z (joint fusion of image and table).

    Example:
        >>> from hilum.models import build_model
        >>> network = build_model("small_cnn", CaseShape(1, 1, 32, columns=3, several=True))
        >>> images, present = torch.zeros(4, 1, 32, 32), torch.tensor([[True, True], [True, False]])
        >>> network(images, torch.zeros(2, 3), present).shape
        torch.Size([2, 1])
    """

    # Beside the linear layer there is more than a mean: maps go by the gradient, which is exact here too.
    pooled = False

    def __init__(self, network: Network, shape: CaseShape) -> None:
        """Take over a network; its last layer is replaced.

        Args:
            network: for single images.
            shape: with columns or several images.
        """
        super().__init__()
        width = network.head.in_features
        # Asked for its outputs, it then gives what its last layer would have got.
        network.add_module("head", nn.Identity())
        self.network = network
        self.mapped = network.mapped
        self.shape = shape
        self.attention = GatedAttention(width) if shape.several else None
        self.table = _of_table(shape.columns) if shape.columns else None
        self.head = nn.Linear(width + (_WIDTH if shape.columns else 0), shape.outputs)

    def features(self, images: Tensor) -> Tensor:
        """The last feature map of single images."""
        return self.network.features(images)

    def classify(self, features: Tensor) -> Tensor:
        """The outputs of single images, each the only one of a case whose table says nothing unusual."""
        return self.judge(self.network.classify(features).unsqueeze(1))

    def image_features(self, images: Tensor) -> Tensor:
        """A row of numbers for each image.

        Args:
            images: (n, channels, rows, columns), standardised.

        Returns:
            (n, width).
        """
        return self.network.classify(self.network.features(images))

    def judge(self, features: Tensor, table: Tensor | None = None, present: Tensor | None = None) -> Tensor:
        """The outputs of cases whose images were looked at.

        Args:
            features: (n, m, width), from `image_features`, m images a case.
            table: (n, columns), from the table's encoding; None = the mean of the training cases.
            present: (n, m), false where an image only fills up; None = all are there.

        Returns:
            (n, outputs), before any sigmoid or softmax.
        """
        joined = self.attention(features, present) if self.attention is not None else features[:, 0]
        if self.table is not None:
            given = joined.new_zeros(len(joined), self.shape.columns) if table is None else table
            joined = torch.cat([joined, self.table(given)], dim=1)
        outputs: Tensor = self.head(joined)
        return outputs

    def forward(self, images: Tensor, *beside: Tensor) -> Tensor:
        """The outputs of cases.

        Args:
            images: (n, channels, rows, columns), or (n * m, ...) with the images of a case one after the
                other where a case may have several.
            beside: the table (n, columns) where there is one, then `present` (n, m), true for images that are
                there, where a case may have several.

        Returns:
            (n, outputs), before any sigmoid or softmax.
        """
        given = iter(beside)
        table = next(given) if self.table is not None else None
        if self.attention is None:
            return self.judge(self.image_features(images).unsqueeze(1), table)
        present = next(given)
        # What only fills up is not looked at: layers that average over a batch would learn from it.
        seen = self.image_features(images[present.flatten()])
        features = seen.new_zeros(present.numel(), seen.shape[1])
        features = features.index_put((present.flatten().nonzero()[:, 0],), seen)
        return self.judge(features.reshape(*present.shape, -1), table, present)


def _of_table(columns: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(columns, _WIDTH), nn.LayerNorm(_WIDTH), nn.ReLU())
