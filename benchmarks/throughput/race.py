"""Let loops take turns and compare their rates, window beside window."""

from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np

from throughput.contender import Contender, Settings

Rates = dict[str, list[float]]


def race(all_settings: Sequence[Settings], rounds: int) -> Rates:
    """Images a second of every loop, round by round.

    Args:
        all_settings: one for each loop.
        rounds: windows of each; in every second round they run in the opposite order.
    """
    with ExitStack() as stack:
        contenders = [stack.enter_context(Contender(settings)) for settings in all_settings]
        for contender in contenders:
            contender.get_ready()
        found: Rates = {contender.settings.name: [] for contender in contenders}
        for number in range(rounds):
            for contender in contenders[:: -1 if number % 2 else 1]:
                found[contender.settings.name].append(contender.rate())
    return found


def ratio(rates: Rates, of: str, to: str) -> tuple[float, float, float]:
    """How many times as fast one loop is as another: median over the rounds, least, most."""
    each = np.array(rates[of]) / np.array(rates[to])
    return float(np.median(each)), float(each.min()), float(each.max())


def typical(rates: Sequence[float]) -> float:
    """The median of some rates."""
    return float(np.median(rates))
