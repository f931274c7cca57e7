"""A run in the folder form of MLflow, which its client and its page read: no part of MLflow is needed here.

The form is that of MLflow's file store: `<experiment>/<run>/` with `meta.yaml`, and one file a parameter, tag
and metric; a metric's file has a line `<milliseconds> <value> <step>` for every step.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hilum.conduct.runs import Run, study_entries
from hilum.conduct.tracking import flattened, load_tracking
from hilum.errors import WorkspaceError
from hilum.evaluation import Measure
from hilum.reporting.endpoints import OPERATING

META = "meta.yaml"
_FINISHED, _KILLED = 3, 5  # the numbers of MLflow's states of a run
_LOCAL = 4  # the number of MLflow's kind of source
_LONGEST_NAME, _LONGEST_VALUE = 250, 500
# Written into every run, so that a run of somebody else is never replaced.
_OURS = "hilum.run"
_NOT_IN_NAMES = re.compile(r"[^\w.\- ]+")
_STUDY = ("task", "split")


def write_mlflow(run: Run, folder: Path) -> Path:
    """Write one run into an MLflow folder; the same run written again takes the place of the first.

    Args:
        run: The run.
        folder: A new or empty folder, or one that MLflow or this function wrote before.

    Returns:
        The run's folder in it.

    Raises:
        WorkspaceError: The folder holds something else.
    """
    _see_folder(folder)
    experiment = _experiment(run, folder)
    number = _identity(f"{run.name}\n{json.dumps(dict(run.inputs), sort_keys=True)}")[:32]
    target = folder / experiment / number
    if target.exists() and not (target / "tags" / _OURS).is_file():
        raise WorkspaceError(f"{target} was not written by hilum: name another folder for MLflow")
    with tempfile.TemporaryDirectory(prefix=".hilum-", dir=folder) as partial:
        made = Path(partial) / number
        _write_run(run, made, f"{folder.name}/{experiment}/{number}", experiment)
        if target.exists():
            shutil.rmtree(target)
        made.rename(target)
    return target


def _see_folder(folder: Path) -> None:
    """Make the folder, with MLflow's own first experiment; refuse one that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file: name a new folder for MLflow")
    if folder.is_dir() and any(folder.iterdir()) and not any(folder.glob(f"*/{META}")):
        raise WorkspaceError(f"{folder} holds something else than MLflow's runs: name a new folder")
    (folder / "0").mkdir(parents=True, exist_ok=True)
    if not (folder / "0" / META).exists():
        _write_meta(folder / "0", _experiment_facts("0", "Default", folder.name, 0))


def _experiment(run: Run, folder: Path) -> str:
    """The number of the experiment that has the study's name, made where there is none."""
    for meta in sorted(folder.glob(f"*/{META}")):
        if f"name: {json.dumps(run.study)}" in meta.read_text(encoding="utf-8").splitlines():
            return meta.parent.name
    number = str(int(_identity(run.study)[:15], 16))
    (folder / number / "tags").mkdir(parents=True, exist_ok=True)
    _write(folder / number / "tags" / "mlflow.note.content", run.title)
    _write_meta(folder / number, _experiment_facts(number, run.study, folder.name, _milliseconds(run.began)))
    return number


def _experiment_facts(number: str, name: str, folder: str, made: int) -> dict[str, Any]:
    return {
        "artifact_location": f"{folder}/{number}",
        "creation_time": made,
        "experiment_id": number,
        "last_update_time": made,
        "lifecycle_stage": "active",
        "name": name,
    }


def _write_run(run: Run, made: Path, place: str, experiment: str) -> None:
    """All files of a run. Its places are relative, so that no path of this machine travels with it."""
    for name in ("artifacts", "metrics", "params", "tags"):
        (made / name).mkdir(parents=True)
    for name, value in _parameters(run).items():
        _write(made / "params" / name, str(value)[:_LONGEST_VALUE])
    for name, value in _tags(run).items():
        _write(made / "tags" / name, str(value)[:_LONGEST_VALUE])
    for name, lines in _metrics(run).items():
        _write(made / "metrics" / name, "".join(lines))
    _write_meta(
        made,
        {
            "artifact_uri": f"{place}/artifacts",
            "deleted_time": None,
            "end_time": _milliseconds(run.ended),
            "entry_point_name": "",
            "experiment_id": experiment,
            "lifecycle_stage": "active",
            "run_id": made.name,
            "run_name": run.name,
            "run_uuid": made.name,
            "source_name": "",
            "source_type": _LOCAL,
            "source_version": "",
            "start_time": _milliseconds(run.began),
            "status": _FINISHED if run.state == "finished" else _KILLED,
            "tags": [],
            "user_id": "",
        },
    )


def _parameters(run: Run) -> dict[str, Any]:
    """The settings of every training, and what the study says of its question and its parts."""
    study = flattened({name: entry for name, entry in study_entries(run.folder).items() if name in _STUDY})
    found = {mlflow_name("study", name): value for name, value in study.items()}
    for reader, repeats in load_tracking(run.folder).get("models", {}).items():
        for training in list(repeats.values())[:1]:  # all repeats have one plan
            found |= {mlflow_name(reader, name): value for name, value in training["parameters"].items()}
    return found


def _tags(run: Run) -> dict[str, Any]:
    system = load_tracking(run.folder).get("system", {})
    return {
        "mlflow.runName": run.name,
        "mlflow.note.content": f"{run.title} ({run.state})",
        "mlflow.source.name": "hilum",
        "mlflow.source.type": "LOCAL",
        _OURS: run.name,
        "hilum.state": run.state,
        **{mlflow_name("system", name): value for name, value in system.items()},
        **{mlflow_name("input", name): value for name, value in run.inputs.items()},
    }


def _metrics(run: Run) -> dict[str, list[str]]:
    """Every measure with its limits, and the curves of every training by epoch."""
    moment, found = _milliseconds(run.ended), {}
    for row in run.evaluation.measures if run.evaluation is not None else ():
        name = _measure_name(row)
        if f"{name}.value" in found:  # two points that a name cannot tell apart keep their numbers
            name = _measure_name(row, exact=True)
        for ending, value in (("value", row.value), ("low", row.low), ("high", row.high)):
            if value is not None:
                found[f"{name}.{ending}"] = [f"{moment} {value!r} 0\n"]
    for name, epoch, value in _curves(run):
        found.setdefault(name, []).append(f"{moment} {value!r} {epoch}\n")
    return found


def _curves(run: Run) -> Iterator[tuple[str, int, float]]:
    for reader, repeats in load_tracking(run.folder).get("models", {}).items():
        for repeat, training in repeats.items():
            for entry in training["curves"]:
                for name, value in entry.items():
                    if name != "epoch" and value is not None:
                        yield mlflow_name("curves", reader, repeat, name), int(entry["epoch"]), float(value)


def _measure_name(row: Measure, *, exact: bool = False) -> str:
    """Reader, part and measure. A reader's own threshold is left out: it would tell every run apart."""
    own = row.measure in OPERATING and str(row.at).startswith("threshold=") and not exact
    at = "" if row.at is None or own else f" at {row.at}"
    of = "" if row.of is None else f" of {row.of}"
    return mlflow_name(row.reader or "all", row.part, f"{row.measure}{of}{at}")


def mlflow_name(*words: str) -> str:
    """A name that MLflow takes: letters, digits, `_`, `-`, `.`, blanks, and slashes between the words.

    Example:
        >>> mlflow_name("cnn", "cohort A", "net_benefit at threshold=0.1")
        'cnn/cohort A/net_benefit at threshold 0.1'
    """
    plain = [" ".join(_NOT_IN_NAMES.sub(" ", word).split()).strip(".") or "unnamed" for word in words]
    return "/".join(plain)[:_LONGEST_NAME].rstrip(" /")


def _milliseconds(moment: str) -> int:
    """Milliseconds since 1970, as MLflow counts time; 0 where it is not known."""
    try:
        return int(datetime.fromisoformat(moment).astimezone(UTC).timestamp() * 1000)
    except ValueError:
        return 0


def _write_meta(folder: Path, facts: Mapping[str, Any]) -> None:
    """YAML whose values are written as JSON, which YAML contains."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items()]
    _write(folder / META, "".join(lines))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _identity(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
