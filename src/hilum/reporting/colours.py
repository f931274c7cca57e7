"""Okabe and Ito's colours, which the colour-blind can tell apart: one a reader, greys for today's."""

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREYS = ("#6B6B6B", "#9C9C9C", "#474747", "#B8B8B8")
READABLE = 4.5


def darkened_to_read(colour: str, ratio: float = READABLE) -> str:
    """The same hue, dark enough to be read as text on white.

    Args:
        colour: As `#0072B2`.
        ratio: Contrast to reach (WCAG 2.1: 4.5 for text).

    Example:
        >>> darkened_to_read("#0072B2"), contrast(darkened_to_read("#E69F00")) >= 4.5
        ('#0072B2', True)
    """
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    shown = colour
    while contrast(shown) < ratio:
        channels = [int(channel * 0.96) for channel in channels]
        shown = "#" + "".join(f"{channel:02X}" for channel in channels)
    return shown


def contrast(colour: str) -> float:
    """Contrast of a colour with white, 1 to 21 (WCAG 2.1).

    Example:
        >>> round(contrast("#000000"), 1)
        21.0
    """
    linear = []
    for i in (1, 3, 5):
        share = int(colour[i : i + 2], 16) / 255
        linear.append(share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4)
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def tints(colour: str, count: int) -> list[str]:
    """Shades of one colour from light to full, for ordered groups.

    Example:
        >>> tints("#0072B2", 2)[-1]
        '#0072B2'
    """
    base = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    shades = []
    for step in range(count):
        weight = 1.0 if count == 1 else 0.42 + 0.58 * step / (count - 1)
        shades.append("#" + "".join(f"{round(255 - (255 - channel) * weight):02X}" for channel in base))
    return shades


def readable_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour.

    Example:
        >>> readable_on("#0072B2"), readable_on("#F0F0F0")
        ('#FFFFFF', '#000000')
    """
    white = contrast(colour)
    return "#FFFFFF" if white >= contrast("#000000") / white else "#000000"
