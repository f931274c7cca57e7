"""Any two-dimensional network of timm, as a network that can be asked for its last feature map."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from hilum.errors import ModelError
from hilum.models.network import Network, Shape

_KNOWN_FAILURES = (RuntimeError, AssertionError, ValueError, TypeError, IndexError, ZeroDivisionError)


class TimmMaps(Network):
    """A network of timm whose last layer is a map: convolutions, and transformers with windows.

    `pooled` is found by trying: it is true where timm does nothing but average the map before the last layer.

    Example:
        >>> network = TimmMaps("densenet121", Shape(channels=1, outputs=1, size=32))
        >>> network.features(torch.zeros(2, 1, 32, 32)).shape, network.pooled
        (torch.Size([2, 1024, 1, 1]), True)
    """

    def __init__(self, name: str, shape: Shape) -> None:
        super().__init__()
        self.backbone: Any = _backbone(name, shape)
        self.rows_last = getattr(self.backbone, "output_fmt", "NCHW") == "NHWC"
        width = getattr(self.backbone, "head_hidden_size", None) or self.backbone.num_features
        self.head = nn.Linear(width, shape.outputs)
        self.pooled = _only_averages(self)

    def features(self, images: Tensor) -> Tensor:
        """The map after the last block."""
        found: Tensor = self.backbone.forward_features(images)
        return found.permute(0, 3, 1, 2) if self.rows_last else found

    def classify(self, features: Tensor) -> Tensor:
        """Timm's own layers between map and outputs, then the linear layer."""
        outputs: Tensor = self.head(self.pool(features))
        return outputs

    def pool(self, features: Tensor) -> Tensor:
        """From map to one row of numbers an image, as timm does it."""
        given = features.permute(0, 2, 3, 1) if self.rows_last else features
        pooled: Tensor = self.backbone.forward_head(given, pre_logits=True)
        return pooled


class TimmTokens(Network):
    """A vision transformer of timm: its last tokens, laid out as a map, are averaged before the linear layer.

    The tokens of the image are averaged and not the class token read, as both serve equally well (Zhai et
    al., CVPR 2022) and the average says where the evidence was gathered. Each token has looked at the whole
    image before, so that the place of the evidence and its source may differ.

    Example:
        >>> network = TimmTokens("vit_tiny_patch16_224", Shape(channels=1, outputs=1, size=32))
        >>> network.features(torch.zeros(2, 1, 32, 32)).shape
        torch.Size([2, 192, 2, 2])
    """

    pooled = True

    def __init__(self, name: str, shape: Shape) -> None:
        super().__init__()
        self.backbone: Any = _backbone(name, shape, global_pool="")
        self.head = nn.Linear(self.backbone.num_features, shape.outputs)

    def features(self, images: Tensor) -> Tensor:
        """The tokens after the last block and its normalisation, in rows and columns."""
        tokens: Tensor = self.backbone.forward_features(images)[:, self.backbone.num_prefix_tokens :]
        patch = self.backbone.patch_embed.patch_size
        rows, columns = images.shape[2] // patch[0], images.shape[3] // patch[1]
        return tokens.transpose(1, 2).reshape(-1, tokens.shape[2], rows, columns)

    def classify(self, features: Tensor) -> Tensor:
        """Mean over the tokens, then the linear layer."""
        outputs: Tensor = self.head(features.mean(dim=(2, 3)))
        return outputs


class TimmWhole(Network):
    """A network of timm that has no map to show: what is known of a whole image stands in for one place.

    Example:
        >>> network = TimmWhole("mixer_s32_224", Shape(channels=1, outputs=1, size=224))
        >>> network.mapped
        False
    """

    pooled = True
    mapped = False

    def __init__(self, name: str, shape: Shape) -> None:
        super().__init__()
        self.backbone: Any = _backbone(name, shape)
        width = getattr(self.backbone, "head_hidden_size", None) or self.backbone.num_features
        self.head = nn.Linear(width, shape.outputs)

    def features(self, images: Tensor) -> Tensor:
        """What is known of each image, (n, numbers, 1, 1)."""
        found: Tensor = self.backbone.forward_head(self.backbone.forward_features(images), pre_logits=True)
        return found[:, :, None, None]

    def classify(self, features: Tensor) -> Tensor:
        """The linear layer."""
        outputs: Tensor = self.head(features.flatten(1))
        return outputs


def named_network(name: str) -> Callable[[Shape], Network]:
    """How a network that the catalogue names is made of timm's; its smallest image was tried before.

    Example:
        >>> named_network("resnet10t")(Shape(1, 3, 32)).head.out_features
        3
    """

    def build(shape: Shape) -> Network:
        return _kind(name)(name, shape)

    return build


def tried_network(name: str) -> Callable[[Shape], Network]:
    """How a network that only timm names is made: one empty image is read, to see that it can.

    Example:
        >>> tried_network("resnet10t")(Shape(1, 3, 32)).head.out_features
        3
    """

    def build(shape: Shape) -> Network:
        try:
            network = _kind(name)(name, shape)
            if _reads(network, shape):
                return network
            network = TimmWhole(name, shape)
            if _reads(network, shape):
                return network
        except _KNOWN_FAILURES:
            raise ModelError(
                f"{name} cannot read images of {shape.size} x {shape.size} pixels with {shape.channels} "
                "channel: choose another `size`, such as 224, or a model that the catalogue names"
            ) from None
        raise ModelError(f"{name} does not give one row of numbers an image: choose another model")

    return build


def _kind(name: str) -> Callable[[str, Shape], Network]:
    import timm

    with torch.device("meta"):
        found = timm.create_model(name, num_classes=0)
    tokens = hasattr(found, "num_prefix_tokens") and hasattr(found, "patch_embed")
    return TimmTokens if tokens else TimmMaps


def _backbone(name: str, shape: Shape, **further: Any) -> Any:
    import timm

    made_for = timm.get_pretrained_cfg(name, allow_unregistered=True)
    if made_for is not None and made_for.fixed_input_size:
        return timm.create_model(name, in_chans=shape.channels, num_classes=0, img_size=shape.size, **further)
    return timm.create_model(name, in_chans=shape.channels, num_classes=0, **further)


def _reads(network: Network, shape: Shape) -> bool:
    """Whether the network makes a map of an image and outputs of the map."""
    training = network.training
    network.eval()
    try:
        with torch.no_grad():
            weight = network.head.weight
            image = torch.zeros(1, shape.channels, shape.size, shape.size, device=weight.device)
            features = network.features(image)
            return features.ndim == 4 and network.classify(features).shape == (1, shape.outputs)
    except _KNOWN_FAILURES:
        if isinstance(network, TimmWhole):
            raise
        return False
    finally:
        network.train(training)


def _only_averages(network: TimmMaps) -> bool:
    """Whether the mean over positions is all that stands between map and linear layer."""
    weight = network.head.weight
    width = int(network.backbone.num_features)
    if weight.is_meta or weight.shape[1] != width:
        return False
    training = network.training
    network.eval()
    try:
        with torch.no_grad():
            example = torch.linspace(-1, 2, 4 * width).reshape(1, width, 2, 2)
            return torch.allclose(network.pool(example), example.mean(dim=(2, 3)), atol=1e-6)
    except _KNOWN_FAILURES:
        return False
    finally:
        network.train(training)
