"""Two events that compete, and the end of follow-up that hides what came after it."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def weibull_days(rng: np.random.Generator, log_hazard: Floats, shape: float, scale_days: float) -> Floats:
    """Days until an event whose cumulative hazard is ``exp(log_hazard) * (days / scale_days) ** shape``.

    Args:
        rng: the source of chance.
        log_hazard: logarithm of the cumulative hazard at `scale_days`, (n,).
        shape: of the Weibull distribution; above 1 the hazard grows.
        scale_days: the day at which `log_hazard` holds.

    Returns:
        (n,), > 0, not rounded.

    Example:
        >>> days = weibull_days(np.random.default_rng(0), np.full(20_000, np.log(0.1)), 1.2, 1000.0)
        >>> 0.09 < (days <= 1000).mean().item() < 0.10  # 1 - exp(-0.1)
        True
    """
    return np.asarray(
        scale_days * (rng.exponential(size=len(log_hazard)) / np.exp(log_hazard)) ** (1 / shape)
    )


def followed(event: Floats, competing: Floats, end: npt.ArrayLike) -> dict[str, npt.NDArray[np.int64]]:
    """What is known of two events when follow-up ends.

    Args:
        event: days to the event, (n,).
        competing: days to the competing event, (n,).
        end: whole days to the end of follow-up, (n,).

    Returns:
        `days` (whole, at least 1) and `event` (1 event, 2 the competing one came first, 0 neither by the
        end); `true_days` and `true_event` (1 or 2), as they would be if follow-up never ended.

    Example:
        >>> known = followed(np.array([9.5, 80.0]), np.array([30.0, 50.0]), [40, 40])
        >>> known["days"].tolist(), known["event"].tolist(), known["true_event"].tolist()
        ([10, 40], [1, 0], [1, 2])
    """
    true_days = np.maximum(np.ceil(np.minimum(event, competing)), 1).astype(np.int64)
    true_event = np.where(event <= competing, 1, 2).astype(np.int64)
    last = np.asarray(end, dtype=np.int64)
    return {
        "days": np.minimum(true_days, last),
        "event": np.where(true_days <= last, true_event, 0),
        "true_days": true_days,
        "true_event": true_event,
    }
