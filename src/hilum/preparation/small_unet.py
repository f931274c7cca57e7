"""A small U-Net: from a picture to a mask of the same size."""

import torch
from torch import Tensor, nn

_GROUPS = 8


class SmallUNet(nn.Module):
    """Four times down and up again, with what was seen on the way down joined on (Ronneberger 2015).

    A quarter of a million weights at 8 filters. Group normalisation (Wu & He 2018) instead of batches', as
    batches are small where films with masks are few.

    Args:
        filters: at full size, a multiple of 8; more at each smaller one, up to eight times as many.

    Example:
        >>> SmallUNet(8)(torch.zeros(2, 1, 32, 32)).shape
        torch.Size([2, 1, 32, 32])
    """

    def __init__(self, filters: int = 8) -> None:
        super().__init__()
        widths = [filters, 2 * filters, 4 * filters, 6 * filters, 8 * filters]
        self.filters = filters
        self.down = nn.ModuleList(
            _twice(before, after) for before, after in zip([1, *widths], widths, strict=False)
        )
        self.up = nn.ModuleList(
            _twice(below + beside, beside)
            for below, beside in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(filters, 1, kernel_size=1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of the mask.

        Args:
            images: (n, 1, rows, columns), rows and columns multiples of 16.

        Returns:
            (n, 1, rows, columns).
        """
        seen: list[Tensor] = []
        for level, block in enumerate(self.down):
            images = block(images if level == 0 else nn.functional.max_pool2d(images, 2))
            seen.append(images)
        for beside, block in zip(seen[-2::-1], self.up, strict=True):
            larger = nn.functional.interpolate(images, scale_factor=2.0, mode="nearest")
            images = block(torch.cat([larger, beside], dim=1))
        logits: Tensor = self.head(images)
        return logits


def _twice(before: int, after: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for entering in (before, after):
        layers += [
            nn.Conv2d(entering, after, kernel_size=3, padding=1, bias=False),
            nn.GroupNorm(min(_GROUPS, after), after),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)
