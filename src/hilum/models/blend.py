"""Several networks that read one image together, as one network."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from hilum.models.network import Network, Shape
from hilum.models.reading import Standard

_OPENS, _CLOSES = "blend(", ")"


def blend_name(members: Sequence[str]) -> str:
    """The name under which networks are known together.

    Example:
        >>> blend_name(["resnet18", "small_cnn"])
        'blend(resnet18, small_cnn)'
    """
    return f"{_OPENS}{', '.join(members)}{_CLOSES}"


def names_in(name: str) -> tuple[str, ...]:
    """The members of a name that `blend_name` made; none where it is the name of one network.

    Example:
        >>> names_in("blend(resnet18, small_cnn)"), names_in("resnet18")
        (('resnet18', 'small_cnn'), ())
    """
    if not (name.startswith(_OPENS) and name.endswith(_CLOSES)):
        return ()
    return tuple(name[len(_OPENS) : -len(_CLOSES)].split(", "))


class Blend(Network):
    """Networks side by side; the last layer is a weighted sum of their outputs.

    Where all feature maps have the same places they are stacked, so that one map can show where the evidence
    of all of them lies; else there is no map.

    Reference:
        Caruana et al., Ensemble selection from libraries of models, ICML 2004.

    Example:
        >>> from hilum.models import build_model
        >>> shape = Shape(channels=1, outputs=2, size=32)
        >>> network = Blend([build_model("resnet18", shape), build_model("resnet18", shape)], shape)
        >>> network(torch.zeros(4, 1, 32, 32)).shape, network.mapped
        (torch.Size([4, 2]), True)
    """

    pooled = False

    def __init__(self, members: Sequence[Network], shape: Shape) -> None:
        """Put networks side by side, each counting the same.

        Args:
            members: each with the outputs of `shape`.
            shape: of an image and of the outputs.
        """
        super().__init__()
        self.members = nn.ModuleList(members)
        self.outputs = shape.outputs
        self.head = nn.Linear(len(members) * shape.outputs, shape.outputs)
        self.weigh([1 / len(members)] * len(members))
        self.register_buffer("factors", torch.ones(len(members)))
        self.register_buffer("offsets", torch.zeros(len(members)))
        self.maps = [_map_shape(member, shape) for member in members]
        places = {(rows, columns) for _, rows, columns in self.maps}
        self.mapped = all(member.mapped for member in members) and len(places) == 1

    def weigh(self, weights: Sequence[float]) -> None:
        """Say how much each member counts; its outputs are multiplied by that and added up.

        Args:
            weights: one a member.
        """
        with torch.no_grad():
            blocks = [torch.eye(self.outputs) * weight for weight in weights]
            self.head.weight.copy_(torch.cat(blocks, dim=1))
            self.head.bias.zero_()

    def expect(self, own: Standard, standards: Sequence[Standard]) -> None:
        """Say how each member wants its images; a frozen network sees as its weights learnt to see.

        Args:
            own: how images come to the blend.
            standards: one a member.
        """
        with torch.no_grad():
            pairs = [(each.mean, each.deviation) for each in standards]
            self.get_buffer("factors").copy_(torch.tensor([own.deviation / wide for _, wide in pairs]))
            self.get_buffer("offsets").copy_(torch.tensor([(own.mean - mean) / wide for mean, wide in pairs]))

    def features(self, images: Tensor) -> Tensor:
        """The members' feature maps: stacked where their places agree, else in one row of numbers."""
        found = self._maps(images)
        if self.mapped:
            return torch.cat(found, dim=1)
        return torch.cat([each.flatten(1) for each in found], dim=1)[:, :, None, None]

    def seen(self, images: Tensor) -> Tensor:
        """What the members see, each averaged over the places of its own map: (n, maps of all)."""
        found = self._maps(images)
        return torch.cat([each.flatten(2).mean(2) for each in found], dim=1)

    def classify(self, features: Tensor) -> Tensor:
        """Each member classifies its own features; the last layer adds up."""
        outputs, start = [], 0
        for number, (maps, rows, columns) in enumerate(self.maps):
            width = maps if self.mapped else maps * rows * columns
            own = features[:, start : start + width]
            own = own if self.mapped else own.reshape(-1, maps, rows, columns)
            outputs.append(self._member(number).classify(own))
            start += width
        total: Tensor = self.head(torch.cat(outputs, dim=1))
        return total

    def _maps(self, images: Tensor) -> list[Tensor]:
        """The feature map of each member, its images as it expects them."""
        factors, offsets = self.get_buffer("factors"), self.get_buffer("offsets")
        return [
            self._member(number).features(images * factors[number] + offsets[number])
            for number in range(len(self.members))
        ]

    def _member(self, number: int) -> Network:
        member: Any = self.members[number]
        network: Network = member
        return network


def _map_shape(member: Network, shape: Shape) -> tuple[int, int, int]:
    """Maps, rows and columns of a member's last feature map."""
    training, device = member.training, next(member.parameters()).device
    member.eval()
    with torch.no_grad():
        image = torch.zeros(1, shape.channels, shape.size, shape.size, device=device)
        _, maps, rows, columns = member.features(image).shape
    member.train(training)
    return maps, rows, columns
