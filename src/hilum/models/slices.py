"""Several images of one case weighed and joined, and volumes read in this way slice by slice."""

import torch
from torch import Tensor, nn

from hilum.models.network import Network

_WIDTH = 128


class GatedAttention(nn.Module):
    """Says how much each of several rows of numbers counts, and takes their weighted mean.

    Nothing depends on the order of the rows, and rows that only fill up change nothing.

    Reference:
        Ilse et al., Attention-based deep multiple instance learning, ICML 2018.

    Example:
        >>> attention = GatedAttention(3)
        >>> rows, present = torch.randn(1, 4, 3), torch.tensor([[True, False, False, False]])
        >>> bool((attention(rows, present) == rows[:, 0]).all())
        True
    """

    def __init__(self, width: int) -> None:
        """Make it with random weights.

        Args:
            width: numbers in a row.
        """
        super().__init__()
        self.content = nn.Linear(width, _WIDTH)
        self.gate = nn.Linear(width, _WIDTH)
        self.score = nn.Linear(_WIDTH, 1)

    def weights(self, features: Tensor, present: Tensor | None = None) -> Tensor:
        """How much each row counts.

        Args:
            features: (n, rows, width).
            present: (n, rows), false where a row only fills up; at least one of each n is true. None = all
                are there.

        Returns:
            (n, rows), not negative, sum 1 over the rows that are there.
        """
        score = self.score(torch.tanh(self.content(features)) * torch.sigmoid(self.gate(features)))
        score = score.squeeze(2)
        if present is not None:
            score = score.masked_fill(~present, float("-inf"))
        return torch.softmax(score, dim=1)

    def forward(self, features: Tensor, present: Tensor | None = None) -> Tensor:
        """The weighted mean of the rows.

        Args:
            features: as in `weights`.
            present: as in `weights`.

        Returns:
            (n, width).
        """
        return (self.weights(features, present).unsqueeze(2) * features).sum(dim=1)


class SliceAttention(Network):
    """A network for single images over the slices of a volume, joined by gated attention pooling.

    Each slice becomes a row of numbers, those that the network's own last layer would have got; a small
    network says how much each slice counts; the weighted mean goes into one linear layer. Nothing depends on
    the order of the slices. Where the network averages its last feature map, so does this one: its map shows
    where in the plane the evidence lies, each slice counting as much as it counts for the opinion.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> network = SliceAttention(build_model("small_cnn", Shape(1, 1, 32)), outputs=3)
        >>> network(torch.zeros(2, 5, 32, 32)).shape
        torch.Size([2, 3])
    """

    pooled = True

    def __init__(self, network: Network, outputs: int) -> None:
        """Take over a network; its last layer is taken away.

        Args:
            network: for single grey images.
            outputs: how many numbers come out.
        """
        super().__init__()
        width = network.head.in_features
        # Asked for its outputs, it then gives what its last layer would have got.
        network.add_module("head", nn.Identity())
        self.network = network
        self.mapped = network.pooled and network.mapped
        self.over_slices = GatedAttention(width)
        self.head = nn.Linear(width, outputs)

    def slice_features(self, images: Tensor) -> Tensor:
        """A row of numbers for each slice, at each place where the network averages over places.

        Args:
            images: (n, slices, rows, columns), standardised.

        Returns:
            (n, slices, width, rows, columns), smaller; one row and column where the network does not average.
        """
        found = self.network.features(images.flatten(0, 1).unsqueeze(1))
        if not self.network.pooled:
            found = self.network.classify(found)[:, :, None, None]
        return found.reshape(*images.shape[:2], *found.shape[1:])

    def features(self, images: Tensor) -> Tensor:
        """What was seen in all slices, each counted by its weight.

        Args:
            images: (n, slices, rows, columns), standardised.

        Returns:
            (n, width, rows, columns), smaller.
        """
        found = self.slice_features(images)
        weights = self.over_slices.weights(found.mean(dim=(3, 4)))
        return torch.einsum("ns,nswrc->nwrc", weights, found)

    def classify(self, features: Tensor) -> Tensor:
        """Mean over positions, then the linear layer."""
        outputs: Tensor = self.head(features.mean(dim=(2, 3)))
        return outputs
