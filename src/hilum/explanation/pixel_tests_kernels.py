"""The loop over pixels that must be compiled. Imported when first needed: numba takes half a second."""

import numpy as np

from hilum.compiled import compiled


@compiled
def root_of(place: int, parent: np.ndarray, gain: np.ndarray) -> int:
    """The pixel that stands for a cluster; on the way, paths to it are made shorter."""
    while parent[place] != place:
        above = parent[place]
        if parent[above] == above:
            return int(above)
        gain[place] += gain[above]
        parent[place] = parent[above]
        place = parent[place]
    return int(place)


@compiled
def enhanced_sizes(
    statistic: np.ndarray, order: np.ndarray, risen: np.ndarray, grid: np.ndarray, extents: np.ndarray
) -> np.ndarray:
    """Threshold-free cluster enhancement by one sweep from the highest pixel to the lowest.

    The threshold is lowered from pixel to pixel, and clusters grow and join. What a cluster has gained is
    kept at the pixel that stands for it, and settled whenever its extent changes; a pixel's own value is the
    sum on its way up to there.

    Args:
        statistic: (pixels,) the map, flat; only pixels of one sign are connected.
        order: pixels other than 0 from the largest absolute value to the smallest.
        risen: (pixels,) the integral of the height's power from 0 up to each absolute value.
        grid: the three axes of the map; 1 for those that are not there.
        extents: the extent's power by the number of pixels.

    Returns:
        (pixels,) enhanced values without sign.
    """
    pixels = len(statistic)
    parent = np.full(pixels, -1, np.int64)
    members = np.ones(pixels, np.int64)
    gain = np.zeros(pixels)
    since = np.zeros(pixels)
    steps = (grid[1] * grid[2], grid[2], 1)
    for place in order:
        parent[place] = place
        since[place] = risen[place]
        own = place
        at = (place // steps[0], place // steps[1] % grid[1], place % grid[2])
        for axis in range(3):
            for side in (-1, 1):
                if not 0 <= at[axis] + side < grid[axis]:
                    continue
                near = place + side * steps[axis]
                if parent[near] < 0 or (statistic[near] > 0) != (statistic[place] > 0):
                    continue
                other = root_of(near, parent, gain)
                if other == own:
                    continue
                for cluster in (own, other):
                    gain[cluster] += extents[members[cluster]] * (since[cluster] - risen[place])
                    since[cluster] = risen[place]
                if members[other] > members[own]:
                    own, other = other, own
                parent[other] = own
                gain[other] -= gain[own]
                members[own] += members[other]
    found = np.zeros(pixels)
    for place in order:
        if parent[place] == place:
            gain[place] += extents[members[place]] * since[place]
    for place in order:
        above = place
        found[place] = gain[place]
        while parent[above] != above:
            above = parent[above]
            found[place] += gain[above]
    return found
