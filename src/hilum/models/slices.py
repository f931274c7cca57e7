"""Several images of one case weighed and joined, and volumes read that way slice by slice."""

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


class SliceAttention(nn.Module):
    """A two-dimensional network over the slices of a volume, joined by gated attention pooling.

    Each slice becomes a row of numbers; a small network says how much each counts; their weighted mean goes
    into one linear layer. Nothing depends on the order of the slices.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> network = SliceAttention(build_model("small_cnn", Shape(1, 1, 32)), maps=64, outputs=3)
        >>> network(torch.zeros(2, 1, 5, 32, 32)).shape
        torch.Size([2, 3])
    """

    def __init__(self, network: Network, maps: int, outputs: int) -> None:
        """Take a network apart: its own last layer is taken away.

        Args:
            network: for single images; its feature map is averaged over positions.
            maps: how many maps its feature map has.
            outputs: how many numbers come out.
        """
        super().__init__()
        self.network = network
        del self.network.head
        self.attention = GatedAttention(maps)
        self.head = nn.Linear(maps, outputs)

    def slice_features(self, volumes: Tensor) -> Tensor:
        """A row of numbers for each slice.

        Args:
            volumes: (n, channels, depth, rows, columns), standardised.

        Returns:
            (n, depth, maps).
        """
        slices = volumes.transpose(1, 2)
        features = self.network.features(slices.flatten(0, 1)).mean(dim=(2, 3))
        return features.reshape(slices.shape[0], slices.shape[1], features.shape[1])

    def forward(self, volumes: Tensor, present: Tensor | None = None) -> Tensor:
        """The outputs of volumes.

        Args:
            volumes: (n, channels, depth, rows, columns), standardised.
            present: (n, depth), false where a slice only fills up; None = all are there.

        Returns:
            (n, outputs), before any sigmoid or softmax.
        """
        outputs: Tensor = self.head(self.attention(self.slice_features(volumes), present))
        return outputs
