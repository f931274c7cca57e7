"""What a job's command tells of its progress: the step at hand, those that are done, and curves."""

import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hilum.serving.jobs.tail import Tail
from hilum.serving.jobs.time_left import Step

_TRAINING = re.compile(r"(?P<reader>.+) repeat (?P<repeat>\d+) · epoch (?P<epoch>\d+) · (?P<rest>.*)")
_VALUE = re.compile(r"validation (?P<name>.+) (?P<value>-?\d+\.\d+)")


@dataclass(frozen=True)
class CurvePoint:
    """One point of a learning curve.

    Attributes:
        reader: the reader that is trained.
        repeat: which of its repeats, from 1.
        epoch: after which epoch, from 1.
        name: what was measured on the validation part.
        value: what it was.
    """

    reader: str
    repeat: int
    epoch: int
    name: str
    value: float


class ToldProgress:
    """Follows the file that a command appends its progress to.

    Args:
        path: the file.
        place: where this attempt's lines begin, in bytes.
    """

    def __init__(self, path: Path, place: int = 0) -> None:
        self._tail = Tail(path, place)
        self._began: dict[str, float] = {}
        self.steps: dict[str, Step] = {}
        self.now = ""
        self.detail = ""

    def look(self) -> tuple[bool, list[CurvePoint]]:
        """Read what is new: whether anything was, and new points of curves."""
        points: list[CurvePoint] = []
        lines = self._tail.lines()
        for line in lines:
            told = _told(line)
            if told is not None:
                self._take(*told)
                points += point_of(told[0])
        return bool(lines), points

    def _take(self, what: str, done: int, total: int) -> None:
        name, _, detail = what.partition(" · ")
        at = self._began.setdefault(name, time.monotonic())
        known = self.steps.get(name)
        if known is None or done < known.done:
            # The same words begin again, such as the copying of a second cohort.
            self._began[name] = at = time.monotonic()
            known = Step(name, done, done, total, 0.0)
        self.steps[name] = replace(known, done=done, total=total, seconds=time.monotonic() - at)
        self.now, self.detail = name, detail


def point_of(what: str) -> list[CurvePoint]:
    """The point of a curve that words of progress tell of; they tell of the epoch before the one at hand.

    Example:
        >>> point_of("resnet18 repeat 1 · epoch 12 · validation C 0.712")
        [CurvePoint(reader='resnet18', repeat=1, epoch=11, name='C', value=0.712)]
    """
    training = _TRAINING.fullmatch(what)
    value = _VALUE.fullmatch(training["rest"]) if training else None
    if training is None or value is None:
        return []
    epoch = int(training["epoch"]) - 1
    return [
        CurvePoint(training["reader"], int(training["repeat"]), epoch, value["name"], float(value["value"]))
    ]


def _told(line: str) -> tuple[str, int, int] | None:
    try:
        found: Any = json.loads(line)
        return str(found["what"])[:300], int(found["done"]), int(found["total"])
    except (ValueError, KeyError, TypeError):
        return None  # a line that a crash cut off
