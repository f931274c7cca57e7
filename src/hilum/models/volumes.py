"""Networks for whole volumes, as MONAI builds them."""

import importlib
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from hilum.catalogue import VOLUME_MODELS
from hilum.errors import ModelError
from hilum.models.network import Network, Shape

# What MONAI calls the network, its last layer, and the number of its outputs.
_IN_MONAI = {
    "densenet121_3d": ("DenseNet121", "class_layers.out", "out_channels"),
    "seresnet50_3d": ("SEResNet50", "last_linear", "num_classes"),
}


class VolumeNetwork(Network):
    """A three-dimensional network of MONAI.

    Slices stand where other networks have channels. The last feature map is averaged over the slices, and
    then, as in any other network that averages, over rows and columns: so its map shows where in the plane
    the evidence lies, all slices together.

    Reference:
        Cardoso et al., MONAI, arXiv 2211.02701.
    """

    pooled = True

    def __init__(self, name: str, shape: Shape) -> None:
        """Build it with random weights, drawn from torch's generator.

        Args:
            name: of `hilum.catalogue.VOLUME_MODELS`.
            shape: its outputs count.

        Raises:
            ModelError: there is no such network, or MONAI is not installed.
        """
        super().__init__()
        if name not in _IN_MONAI:
            known = ", ".join(record.name for record in VOLUME_MODELS)
            raise ModelError(f"the volume network `{name}` is unknown: available are {known}")
        kind, last, outputs = _IN_MONAI[name]
        made = getattr(_monai(), kind)
        self.network: Any = made(spatial_dims=3, in_channels=1, **{outputs: shape.outputs})
        self.head = nn.Linear(self.network.get_submodule(last).in_features, shape.outputs)
        delattr(self.network, last.split(".", maxsplit=1)[0])

    def features(self, images: Tensor) -> Tensor:
        """The last feature map, averaged over the slices.

        Args:
            images: (n, slices, rows, columns), standardised; sides of at least 32 voxels.

        Returns:
            (n, maps, rows, columns), smaller.
        """
        found: Tensor = self.network.features(images.unsqueeze(1).contiguous())
        return functional.relu(found).mean(dim=2)

    def classify(self, features: Tensor) -> Tensor:
        """Mean over positions, then the linear layer."""
        outputs: Tensor = self.head(features.mean(dim=(2, 3)))
        return outputs


def _monai() -> Any:
    """MONAI's networks; importing them takes many seconds."""
    try:
        return importlib.import_module("monai.networks.nets")
    except ModuleNotFoundError:
        raise ModelError(
            "networks for volumes need the package monai: install it with `pip install monai`, or write "
            'model = "slices(resnet18)"'
        ) from None
