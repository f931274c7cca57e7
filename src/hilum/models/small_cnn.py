"""A small convolutional network of three layers, small enough to be followed by eye."""

from torch import Tensor, nn

from hilum.models.network import Network, Shape

_FILTERS = (16, 32, 64)


class SmallCnn(Network):
    """3x3 convolutions of 16, 32 and 64 filters, each with ReLU and 2x2 max pooling; one linear layer.

    ReLU stands after the pooling here: both orders give the same numbers, since ReLU never changes which of
    four is the largest, and this one needs a quarter of the work.

    Example:
        >>> import torch
        >>> SmallCnn(Shape(channels=1, outputs=1, size=32))(torch.zeros(2, 1, 32, 32)).shape
        torch.Size([2, 1])
    """

    pooled = False

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = shape.channels
        for filters in _FILTERS:
            layers += [
                nn.Conv2d(before, filters, kernel_size=3, padding=1),
                nn.MaxPool2d(kernel_size=2, stride=2),
                nn.ReLU(inplace=True),
            ]
            before = filters
        self.layers = nn.Sequential(*layers)
        side = shape.size // 2 ** len(_FILTERS)
        self.head = nn.Linear(before * side * side, shape.outputs)

    def features(self, images: Tensor) -> Tensor:
        """The map after the third pooling, (n, 64, size / 8, size / 8)."""
        features: Tensor = self.layers(images)
        return features

    def classify(self, features: Tensor) -> Tensor:
        """The linear layer over all positions."""
        outputs: Tensor = self.head(features.flatten(1))
        return outputs
