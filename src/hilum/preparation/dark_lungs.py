"""The lungs of a film, or of a CT slice, by threshold: two dark areas side by side within a brighter body."""

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize

_SIDE, _SOFT = 128, 1.5
# Grey is compared with that around it, so that one threshold serves a film that is brighter at one end.
_AROUND, _HOW_MUCH = 25.0, 0.7
# Bridges narrower than twice this, in pixels, join no two areas.
_BRIDGE = 2
# Thresholds that are tried, of grey from 0 to 1, the brightest first: the first that works shows the most.
_THRESHOLDS = tuple(float(each) for each in np.arange(0.7, 0.095, -0.025))
# What two lungs are not: specks, a lung beside a bubble, one above the other, both in one place.
_LEAST_SHARE, _MOST_SHARE, _LEAST_LIKENESS = 0.025, 0.3, 0.33
_LEAST_APART, _MOST_UNEVEN, _NEAR_MIDDLE = 0.2, 0.5, 0.18
_GROWN = 0.015


def find_dark_lungs(picture: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Find the lungs of a picture in which they are darker than what is around them.

    Grey, less most of the mean grey around it, is stretched from its 1st to its 99th percentile and cut at
    one threshold after the other, from bright to dark, until two dark areas that do not touch the border can
    be two lungs: each between 2.5 and 30 % of the picture, the smaller at least a third of the larger, side
    by side to either side of the middle. What hides within a lung, such as vessels or a dense pneumonia, is
    filled in; what touches its edge is not.

    Args:
        picture: (rows, columns), any range.

    Returns:
        (rows, columns), grown a little; None where no threshold shows two lungs.

    Example:
        >>> film = np.full((128, 128), 0.8, np.float32)
        >>> film[:8] = film[-8:] = film[:, :8] = film[:, -8:] = 0
        >>> film[30:90, 24:54] = film[30:90, 74:104] = 0.2
        >>> mask = find_dark_lungs(film)
        >>> bool(mask[60, 40]), bool(mask[60, 64])
        (True, False)
    """
    import cv2

    small = cv2.GaussianBlur(resize(picture, (_SIDE, _SIDE)), (0, 0), _SOFT)
    small = small - np.float32(_HOW_MUCH) * cv2.GaussianBlur(small, (0, 0), _AROUND)
    low, high = np.percentile(small, [1.0, 99.0])
    if not high > low:
        return None
    grey = (small - np.float32(low)) / np.float32(high - low)
    for threshold in _THRESHOLDS:
        found = _two_lungs((grey < threshold).astype(np.uint8))
        if found is not None:
            return np.asarray(resize(_filled(found), (picture.shape[0], picture.shape[1])) > 0.5)
    return None


def _two_lungs(dark: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    import cv2

    round_spot = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _BRIDGE + 1, 2 * _BRIDGE + 1))
    thin = cv2.erode(dark, round_spot, borderValue=1)
    count, labels, facts, centres = cv2.connectedComponentsWithStats(thin, connectivity=4)
    inside = [area for area in range(1, count) if _inside(facts[area])]
    inside.sort(key=lambda area: -int(facts[area, cv2.CC_STAT_AREA]))
    if len(inside) < 2:
        return None
    first, second = inside[:2]
    larger, smaller = (facts[area, cv2.CC_STAT_AREA] / _SIDE**2 for area in (first, second))
    if larger > _MOST_SHARE or smaller < max(_LEAST_SHARE, _LEAST_LIKENESS * larger):
        return None
    (one_x, one_y), (other_x, other_y) = centres[first], centres[second]
    apart, uneven = abs(one_x - other_x), abs(one_y - other_y)
    off_middle = abs((one_x + other_x) / 2 - _SIDE / 2)
    if apart < _LEAST_APART * _SIDE or uneven > _MOST_UNEVEN * apart or off_middle > _NEAR_MIDDLE * _SIDE:
        return None
    both = np.isin(labels, (first, second)).astype(np.uint8)
    return np.asarray(cv2.dilate(both, round_spot), dtype=np.uint8)


def _inside(facts: NDArray[np.int32]) -> bool:
    """Whether an area touches no border: air around the body does."""
    left, top, wide, high = (int(each) for each in facts[:4])
    return left > 0 and top > 0 and left + wide < _SIDE and top + high < _SIDE


def _filled(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    from scipy import ndimage

    grown = ndimage.binary_dilation(ndimage.binary_fill_holes(mask), iterations=round(_GROWN * _SIDE))
    return np.asarray(grown, dtype=np.float32)
