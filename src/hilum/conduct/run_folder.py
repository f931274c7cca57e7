"""The folder a study leaves: stages that are skipped when their inputs are unchanged, and a log.

A stage is done when its record, written last, names the same inputs and all its outputs are there. A run that
was cut off therefore continues at the stage it was in, and that stage continues from what it kept itself.
"""

import fcntl
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hilum.errors import WorkspaceError
from hilum.files import write_atomically


def digest(value: object) -> str:
    """A SHA-256 over the canonical JSON of a value: equal values give equal digests on any machine.

    Example:
        >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
        True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class RunFolder:
    """One run's folder; make it with `open_run`."""

    path: Path

    def stage(
        self, name: str, inputs: Mapping[str, Any], outputs: Sequence[str], work: Callable[[], None]
    ) -> str:
        """Do a stage unless it was done with the same inputs and its outputs are still there.

        Args:
            name: The stage, such as "cohort".
            inputs: All that the stage's result depends on, as JSON; put the keys of earlier stages in it.
            outputs: Files, relative to the run, that the stage leaves.
            work: Makes the outputs; it may find those of an earlier attempt.

        Returns:
            The stage's key, to be named in the inputs of later stages.
        """
        key = digest({"stage": name, **inputs})
        done = self.stages()
        if done.get(name, {}).get("key") == key and all((self.path / o).exists() for o in outputs):
            self.log("skipped", stage=name)
            return key
        self.log("started", stage=name)
        start = time.monotonic()
        work()
        seconds = round(time.monotonic() - start, 2)
        done = self.stages()
        done[name] = {"key": key, "seconds": seconds, "outputs": list(outputs)}
        write_atomically(self.path / "stages.json", json.dumps(done, indent=1))
        self.log("done", stage=name, seconds=seconds)
        return key

    def stages(self) -> dict[str, Any]:
        """The stages done so far, by name, with key, seconds and outputs."""
        path = self.path / "stages.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def log(self, event: str, **facts: object) -> None:
        """Append one line to `log.jsonl`. Facts never hold an identifier of a person."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **facts})
        with (self.path / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")


@contextmanager
def open_run(runs: Path, study: str, inputs: Mapping[str, str]) -> Iterator[RunFolder]:
    """The run folder `<study>-<n>`: the one made from the same inputs, or the next number.

    Raises:
        WorkspaceError: Another process is working on the same run.
    """
    runs.mkdir(parents=True, exist_ok=True)
    path = _folder_of(runs, re.sub(r"[^\w-]+", "-", study).strip("-") or "study", inputs)
    with (path / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorkspaceError(
                f"another process is working on the run {path.name}: wait until it has ended, or stop it"
            ) from None
        yield RunFolder(path)


def _folder_of(runs: Path, study: str, inputs: Mapping[str, str]) -> Path:
    """The folder that holds these inputs, made when there is none."""
    highest = 0
    for folder in runs.glob(f"{study}-*"):
        number = folder.name.removeprefix(f"{study}-")
        if not number.isdigit():
            continue
        highest = max(highest, int(number))
        record = folder / "inputs.json"
        if record.exists() and json.loads(record.read_text(encoding="utf-8")) == dict(inputs):
            return folder
    while True:
        highest += 1
        folder = runs / f"{study}-{highest}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        write_atomically(folder / "inputs.json", json.dumps(dict(inputs), indent=1, ensure_ascii=False))
        return folder
