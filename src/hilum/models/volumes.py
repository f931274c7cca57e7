"""Networks for whole volumes, as MONAI builds them; no study file can ask for them yet."""

import importlib
from typing import Any

from torch import Tensor, nn

from hilum.catalogue import NamedRecord
from hilum.errors import ModelError

VOLUME_NETWORKS: tuple[NamedRecord, ...] = (
    NamedRecord(
        "densenet121_3d", "DenseNet-121 with convolutions in three dimensions.", "Huang et al., CVPR 2017"
    ),
    NamedRecord(
        "seresnet50_3d", "SE-ResNet-50 with convolutions in three dimensions.", "Hu et al., CVPR 2018"
    ),
)
# What MONAI calls the network, and the number of its outputs.
_IN_MONAI = {
    "densenet121_3d": ("DenseNet121", "out_channels"),
    "seresnet50_3d": ("SEResNet50", "num_classes"),
}


class VolumeNetwork(nn.Module):
    """A three-dimensional network of MONAI.

    Reference:
        Cardoso et al., MONAI, arXiv 2211.02701.
    """

    def __init__(self, name: str, channels: int, outputs: int) -> None:
        """Build it with random weights, drawn from torch's generator.

        Args:
            name: of `VOLUME_NETWORKS`.
            channels: of a volume.
            outputs: how many numbers come out.

        Raises:
            ModelError: there is no such network, or MONAI is not installed.
        """
        super().__init__()
        if name not in _IN_MONAI:
            raise ModelError(f"the volume network `{name}` is unknown: available are {', '.join(_IN_MONAI)}")
        kind, width = _IN_MONAI[name]
        made = getattr(_monai(), kind)
        self.network: Any = made(spatial_dims=3, in_channels=channels, **{width: outputs})

    def forward(self, volumes: Tensor) -> Tensor:
        """The outputs of volumes.

        Args:
            volumes: (n, channels, depth, rows, columns), standardised; sides of at least 32 voxels.

        Returns:
            (n, outputs), before any sigmoid or softmax.
        """
        outputs: Tensor = self.network(volumes)
        return outputs


def _monai() -> Any:
    """MONAI's networks; importing them takes many seconds."""
    try:
        return importlib.import_module("monai.networks.nets")
    except ModuleNotFoundError:
        raise ModelError(
            "networks for volumes need the package monai: install it with `pip install monai`"
        ) from None
