"""How much energy a piece of work took, as honestly as the machine lets one know."""

import ctypes
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Assumed of a processor core at work with its share of memory and power supply, where nothing is measured.
WATTS_A_CORE = 10.0
_POWERCAP = Path("/sys/class/powercap")
_MICROJOULES_PER_WH = 3.6e9
_MILLIJOULES_PER_WH = 3.6e6


@dataclass(frozen=True)
class Energy:
    """What a piece of work took.

    Attributes:
        seconds: by the clock.
        core_seconds: of processor time, summed over cores, of this process and the ones it started.
        processor_wh: of the processor, in watt-hours.
        processor_method: `measured` by the processor itself (RAPL: the whole processor, with whatever else
            ran on it), or `estimated` from core-seconds.
        card_wh: of the graphics cards, measured by themselves; None where there is none that can.
    """

    seconds: float
    core_seconds: float
    processor_wh: float
    processor_method: str
    card_wh: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON, rounded to what can be meant."""
        return {
            "seconds": round(self.seconds, 1),
            "core_seconds": round(self.core_seconds, 1),
            "processor_wh": float(f"{self.processor_wh:.3g}"),
            "processor_method": self.processor_method,
            "card_wh": None if self.card_wh is None else float(f"{self.card_wh:.3g}"),
        }

    def sentence(self) -> str:
        """What it took, in words.

        Example:
            >>> Energy(60.0, 100.0, 0.278, "estimated").sentence()
            'about 0.28 Wh (estimated: 100 core-seconds at 10 W; not measured on this machine)'
        """
        if self.processor_method == "measured":
            said = f"{self.processor_wh:.2g} Wh (measured by the processor, with whatever else ran on it)"
        else:
            said = (
                f"about {self.processor_wh:.2g} Wh (estimated: {self.core_seconds:.0f} core-seconds at "
                f"{WATTS_A_CORE:g} W; not measured on this machine)"
            )
        return (
            said if self.card_wh is None else f"{said} and {self.card_wh:.2g} Wh by graphics cards (measured)"
        )


@dataclass
class Meter:
    """Filled when the block of `measured` ends."""

    energy: Energy | None = None

    def to_json(self) -> dict[str, Any]:
        """What was measured, as plain JSON; empty before the block has ended."""
        return {} if self.energy is None else self.energy.to_json()


@contextmanager
def measured() -> Iterator[Meter]:
    """Measure what a block takes, counted from its start in this process.

    Yields:
        A meter that knows once the block has ended.

    Example:
        >>> with measured() as meter:
        ...     _ = sum(range(1000))
        >>> meter.energy.processor_method in ("measured", "estimated"), meter.energy.seconds < 1
        (True, True)
    """
    meter, begin = Meter(), time.monotonic()
    cores, processor, cards = _core_seconds(), _rapl(), _cards()
    try:
        yield meter
    finally:
        used = _core_seconds() - cores
        microjoules = _between(processor, _rapl())
        after = _cards()
        meter.energy = Energy(
            time.monotonic() - begin,
            used,
            used * WATTS_A_CORE / 3600 if microjoules is None else microjoules / _MICROJOULES_PER_WH,
            "estimated" if microjoules is None else "measured",
            None if cards is None or after is None else max(after - cards, 0.0) / _MILLIJOULES_PER_WH,
        )


def _core_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _rapl(root: Path = _POWERCAP) -> dict[str, tuple[int, int]]:
    """Counter and its range in microjoules, for each processor package; empty where they may not be read."""
    found = {}
    for domain in sorted(root.glob("intel-rapl:[0-9]*")):
        if domain.name.count(":") != 1:
            continue  # A part of a package is counted in it.
        try:
            counted, most = ((domain / f).read_text() for f in ("energy_uj", "max_energy_range_uj"))
            found[domain.name] = int(counted), int(most)
        except (OSError, ValueError):
            return {}
    return found


def _between(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> float | None:
    """Microjoules between two looks; a counter that ran over has begun again at 0."""
    if not before or before.keys() != after.keys():
        return None
    steps = [(after[name][0] - before[name][0], before[name][1]) for name in before]
    return float(sum(step if step >= 0 else step + most for step, most in steps))


def _cards() -> float | None:
    """Millijoules that the graphics cards count since their driver was loaded; None where they do not."""
    try:
        library = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return None
    if library.nvmlInit_v2():
        return None
    try:
        return _summed(library)
    finally:
        library.nvmlShutdown()


def _summed(library: Any) -> float | None:
    count = ctypes.c_uint()
    if library.nvmlDeviceGetCount_v2(ctypes.byref(count)):
        return None
    total = 0.0
    for number in range(count.value):
        card, millijoules = ctypes.c_void_p(), ctypes.c_ulonglong()
        if library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(number), ctypes.byref(card)):
            return None
        if library.nvmlDeviceGetTotalEnergyConsumption(card, ctypes.byref(millijoules)):
            return None
        total += float(millijoules.value)
    return total if count.value else None
