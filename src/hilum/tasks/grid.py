"""How follow-up is cut into intervals, and how far it reaches."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ModelError

_MOST_INTERVALS = 12
_EVENTS_AN_INTERVAL = 15


def choose_edges(
    time: NDArray[np.float64], event: NDArray[np.float64], horizons_days: Sequence[float]
) -> tuple[float, ...]:
    """Cut follow-up into intervals with about as many events each, and an edge at every horizon.

    Where the event is rare there are few intervals, down to those between the horizons. Nothing is cut
    after the last event: an interval without events beyond it says only that nobody had the event there.

    Args:
        time: (n,) days of the training cases.
        event: (n,) 1 where the event happened; all else is no event.
        horizons_days: days at which risks are asked for.

    Returns:
        Ends of the intervals, ascending; the last is the last event or the last horizon, whichever is later.

    Raises:
        ModelError: there is no event.

    Example:
        >>> choose_edges(np.arange(1.0, 101.0), np.ones(100), [30.0])
        (16.8..., 30.0, 50.5, 67.3..., 84.1..., 100.0)
        >>> choose_edges(np.array([40.0, 900.0, 3700.0]), np.array([1.0, 0.0, 0.0]), [365.0, 3652.0])
        (365.0, 3652.0)
    """
    events = np.sort(time[event == 1])
    if not len(events):
        raise ModelError("no training case has an event: survival cannot be learnt from this cohort")
    wanted = int(np.clip(len(events) // _EVENTS_AN_INTERVAL, 1, _MOST_INTERVALS))
    quantiles = np.quantile(events, np.arange(1, wanted + 1) / wanted, method="weibull")
    last = max([float(events[-1]), *horizons_days])
    edges = {float(days) for days in horizons_days} | {last}
    for edge in quantiles.tolist():
        # A quantile beside a horizon would leave an interval without events between them.
        beside = any(abs(edge - fixed) <= 0.15 * max(edge, fixed) for fixed in [*horizons_days, last])
        if 0 < edge < events[-1] and not beside:
            edges.add(edge)
    return tuple(sorted(edges))


def refuse_beyond_follow_up(
    time: NDArray[np.float64], event: NDArray[np.float64], horizons_days: Sequence[float]
) -> None:
    """See that follow-up reaches every horizon; where all cases ended with some event, it always does.

    Raises:
        ModelError: a horizon lies beyond all follow-up.

    Example:
        >>> refuse_beyond_follow_up(np.array([10.0, 900.0]), np.array([1.0, 0.0]), [365.0, 1826.0])
        Traceback (most recent call last):
        hilum.errors.ModelError: the longest follow-up of the training part is 900 days, and [task] asks for
        the risk at 1826 days (5.0 years), which nobody there reached: take that horizon out, or ask for an
        earlier one
    """
    longest = float(time.max()) if len(time) else 0.0
    beyond = [days for days in horizons_days if days > longest]
    if beyond and (event == 0).any():
        several = len(beyond) > 1
        raise ModelError(
            f"the longest follow-up of the training part is {longest:g} days, and [task] asks for the risk "
            f"at {' and '.join(_days(days) for days in beyond)}, which nobody there reached: take "
            f"{'those horizons' if several else 'that horizon'} out, or ask for an earlier one"
        )


def beyond_last_event(
    time: NDArray[np.float64], event: NDArray[np.float64], horizons_days: Sequence[float]
) -> tuple[str, ...]:
    """What is to be said of horizons that lie beyond the last event but within follow-up.

    Returns:
        One sentence, or nothing.

    Example:
        >>> beyond_last_event(np.array([400.0, 4000.0]), np.array([1.0, 0.0]), [365.0, 3652.0])
        ('the last event of the training part is on day 400, and nobody there has it between then and 3652
        days (10.0 years): the risk learnt for that horizon is hardly above that on day 400',)
    """
    events = time[event == 1]
    late = [days for days in horizons_days if len(events) and days > events.max()]
    if not late:
        return ()
    last = f"{events.max():g}"
    said = (
        f"the last event of the training part is on day {last}, and nobody there has it between then and "
        f"{_days(max(late))}: the risk learnt for {'those horizons' if len(late) > 1 else 'that horizon'} is "
        f"hardly above that on day {last}"
    )
    return (said,)


def _days(days: float) -> str:
    """Days, and how many years that is where it is more than one."""
    return f"{days:g} days" + (f" ({days / 365.25:.1f} years)" if days >= 365.25 else "")
