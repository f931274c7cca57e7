"""What a study's run folder tells while `hilum run` works in it: stages and finished learning curves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilum.errors import HilumError
from hilum.serving.jobs.tail import Tail
from hilum.study import Study, load_study

_TRAIN = "train "


@dataclass(frozen=True)
class CurveHistory:
    """How one training went, epoch by epoch.

    Attributes:
        reader: the reader that was trained.
        repeat: which of its repeats, from 1.
        points: for each epoch its number and what was measured, by name.
    """

    reader: str
    repeat: int
    points: list[dict[str, float]]


class RunWatch:
    """Follows the run of a study file.

    Args:
        runs: the folder of the workspace's runs.
        study: the study file.
        since: when the work began (seconds since 1970); older runs are not meant.
    """

    def __init__(self, runs: Path, study: Path, since: float) -> None:
        self._runs, self._text, self._since = runs, _content(study), since
        self._log: Tail | None = None
        self.folder: Path | None = None
        self.done: list[str] = []
        self.expected = expected_stages(study)
        self._told: set[tuple[str, int]] = set()

    def look(self) -> list[CurveHistory]:
        """Read what is new; returns the curves of trainings that ended since the last look."""
        if self.folder is None:
            self.folder = self._found()
            if self.folder is None:
                return []
            # The log holds earlier attempts too; what they finished is told again as skipped.
            self._log = Tail(self.folder / "log.jsonl")
        assert self._log is not None
        for line in self._log.lines():
            event = _read(line)
            stage = event.get("stage")
            if (
                event.get("event") in ("done", "skipped")
                and isinstance(stage, str)
                and stage not in self.done
            ):
                self.done.append(stage)
        return [*self._histories()]

    @property
    def left(self) -> list[str]:
        """The stages that are still to come, as far as the study file tells."""
        return [stage for stage in self.expected if stage not in self.done]

    def seconds_of_trainings(self, reader: str) -> list[float]:
        """How long the finished trainings of a reader took."""
        stages = _stages(self.folder)
        mine = (stages.get(f"{_TRAIN}{reader} {number}", {}) for number in range(1, 101))
        return [float(one["seconds"]) for one in mine if "seconds" in one]

    def trainings_left(self) -> list[str]:
        """The readers whose trainings are still to come, one entry each; the one at hand is among them."""
        return [
            stage.removeprefix(_TRAIN).rpartition(" ")[0] for stage in self.left if stage.startswith(_TRAIN)
        ]

    def _found(self) -> Path | None:
        """The run whose copy of the study file was written since the work began."""
        try:
            copies = [
                path for path in self._runs.glob("*/study.toml") if path.stat().st_mtime >= self._since - 1
            ]
            return next((path.parent for path in copies if path.read_bytes() == self._text), None)
        except OSError:
            return None

    def _histories(self) -> list[CurveHistory]:
        found = []
        for stage in self.done:
            reader, _, repeat = stage.removeprefix(_TRAIN).rpartition(" ")
            if not stage.startswith(_TRAIN) or not repeat.isdigit() or (reader, int(repeat)) in self._told:
                continue
            self._told.add((reader, int(repeat)))
            points = _history(self.folder, reader, repeat)
            if points:
                found.append(CurveHistory(reader, int(repeat), points))
        return found


def expected_stages(file: Path) -> list[str]:
    """The stages that a study certainly has, in their order; none where the file cannot be read."""
    try:
        study = load_study(file)
    except HilumError:
        return []
    return ["cohort", *_reading_stages(study), "evaluate", "report"]


def _reading_stages(study: Study) -> list[str]:
    tables = [reader for reader in study.readers if reader.model is None and reader.combine is None]
    models = [reader for reader in study.readers if reader.model is not None]
    combined = [reader for reader in study.readers if reader.combine is not None]
    stages = [f"read {reader.resolved_name}" for reader in tables]
    stages += ["fingerprint", "plan"] if models else []
    in_combinations = {name for reader in combined for name in reader.combine or ()}
    for reader in models:
        if reader.resolved_name in in_combinations:
            stages.append(f"cross-fit {reader.resolved_name}")
        stages += [f"{_TRAIN}{reader.resolved_name} {number}" for number in range(1, reader.repeats + 1)]
        stages.append(f"read {reader.resolved_name}")
    return stages + [f"read {reader.resolved_name}" for reader in combined]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _history(run: Path | None, reader: str, repeat: str) -> list[dict[str, float]]:
    if run is None:
        return []
    facts = _read_file(run / "models" / reader / repeat / "model.json")
    training = facts.get("training")
    history = training.get("history", []) if isinstance(training, dict) else []
    return [
        {name: float(value) for name, value in entry.items() if isinstance(value, int | float)}
        for entry in history
        if isinstance(entry, dict)
    ]


def _stages(run: Path | None) -> Mapping[str, Any]:
    return {} if run is None else _read_file(run / "stages.json")


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return _read(path.read_text(encoding="utf-8"))
    except OSError:
        return {}


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
