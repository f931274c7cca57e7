"""Which folder was meant, where a person named one that lies above it."""

from pathlib import Path

from hilum.errors import ModelError, ReportError
from hilum.study.words import listed

_MARKS = ("inputs.json", "evidence.json")
_SHOWN = 6


def refuse_no_run(folder: Path) -> None:
    """Refuse a folder that is none of a run, and name the runs that lie in it.

    Args:
        folder: As a person named it.

    Raises:
        ReportError: It is not the folder of a run.

    Example:
        >>> import tempfile
        >>> runs = Path(tempfile.mkdtemp()) / "runs"
        >>> (runs / "discs-1").mkdir(parents=True)
        >>> _ = (runs / "discs-1" / "inputs.json").write_text("{}")
        >>> refuse_no_run(runs / "discs-1")
        >>> refuse_no_run(runs)
        Traceback (most recent call last):
        hilum.errors.ReportError: runs is not the folder of a run: name one of those in it, `.../runs/discs-1`
    """
    if _is_run(folder):
        return
    places = [folder, folder / "runs"]
    below = [path for place in places if place.is_dir() for path in sorted(place.iterdir()) if _is_run(path)]
    advice = (
        f"name one of those in it, {listed(map(str, below), _SHOWN)}"
        if below
        else "name one, such as runs/STUDY-1; `hilum runs` lists them"
    )
    raise ReportError(f"{folder.name or folder} is not the folder of a run: {advice}")


def refuse_whole_run(folder: Path) -> None:
    """Refuse the folder of a run where one of its models is wanted, and name these.

    Args:
        folder: As a person named it.

    Raises:
        ModelError: It is the folder of a run.

    Example:
        >>> import tempfile
        >>> run = Path(tempfile.mkdtemp()) / "discs-1"
        >>> (run / "models" / "resnet18" / "1").mkdir(parents=True)
        >>> for name in ("inputs.json", "models/resnet18/1/model.json"):
        ...     _ = (run / name).write_text("{}")
        >>> refuse_whole_run(run / "models" / "resnet18")
        >>> refuse_whole_run(run)
        Traceback (most recent call last):
        hilum.errors.ModelError: discs-1 is a run, and one model is wanted: name `.../models/resnet18/1`
    """
    if not _is_run(folder):
        return
    models = sorted(path.parent for path in folder.glob("models/*/[0-9]*/model.json"))
    if not models:
        raise ModelError(f"{folder.name} is a run, and no model was trained in it: name a model of another")
    names = listed(map(str, models), _SHOWN)
    raise ModelError(f"{folder.name} is a run, and one model is wanted: name {names}")


def _is_run(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKS)
