"""ResNet-18, the residual network of 18 layers."""

from typing import Any

from torch import Tensor, nn

from hilum.models.network import Network, Shape


class ResNet18(Network):
    """ResNet-18 as timm builds it, with one input channel; the feature map is averaged before the head.

    Example:
        >>> import torch
        >>> ResNet18(Shape(channels=1, outputs=1, size=32)).features(torch.zeros(2, 1, 32, 32)).shape
        torch.Size([2, 512, 1, 1])
    """

    pooled = True

    def __init__(self, shape: Shape) -> None:
        import timm

        super().__init__()
        backbone: Any = timm.create_model("resnet18", in_chans=shape.channels, num_classes=0, global_pool="")
        self.backbone = backbone
        self.head = nn.Linear(backbone.num_features, shape.outputs)

    def features(self, images: Tensor) -> Tensor:
        """The map after the last block, (n, 512, size / 32, size / 32)."""
        backbone: Any = self.backbone
        features: Tensor = backbone.forward_features(images)
        return features

    def classify(self, features: Tensor) -> Tensor:
        """Mean over positions, then the linear layer."""
        outputs: Tensor = self.head(features.mean(dim=(2, 3)))
        return outputs
