"""Who had the event by a day, and how much each case counts where follow-up ends before it for some."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def at_horizon(time: Floats, event: Floats, horizon: float) -> tuple[Floats, Floats]:
    """Who had the event by the horizon, and the weight of each case (0 = its status there is unknown).

    A case with the event by the horizon weighs 1/G(time-), one followed to it 1/G(horizon-), where G is the
    Kaplan-Meier estimate of being followed (events before losses at ties); a case lost before weighs 0. A
    case with a competing event (2) by the horizon cannot have the event any more: it is without it, and
    weighs 1/G(time-). Without losses before the horizon all weights are 1.

    Args:
        time: (n,) days of follow-up.
        event: (n,) 1 the event, 2 a competing event, 0 lost.
        horizon: Days.

    Returns:
        (n,) 1 with the event by the horizon, else 0; and (n,) the weights, which sum to n.

    Source:
        Graf et al., Statistics in Medicine 1999; Uno et al., JASA 2007; Vock et al., Journal of Biomedical
        Informatics 2016.

    Example:
        >>> y, weight = at_horizon(np.array([5.0, 10.0, 40.0, 40.0]), np.array([1.0, 0.0, 0.0, 0.0]), 30)
        >>> y.tolist(), weight.round(3).tolist()
        ([1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 1.5, 1.5])
    """
    y = ((time <= horizon) & (event == 1)).astype(np.float64)
    lost = (time < horizon) & (event == 0)
    if not lost.any():
        return y, np.ones(len(y))
    ended = (time <= horizon) & (event != 0)
    followed = _followed_until(time, event, np.where(ended, time, horizon))
    return y, np.where(lost, 0.0, 1.0 / np.where(lost, 1.0, followed))


def _followed_until(time: Floats, event: Floats, at: Floats) -> Floats:
    """Kaplan-Meier chance of being followed until just before given days."""
    days, lost = np.unique(time[event == 0], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), days, side="right") + lost
    chance = np.concatenate([[1.0], np.cumprod(1 - lost / at_risk)])
    return chance[np.searchsorted(days, at, side="left")]
