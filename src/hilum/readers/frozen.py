"""Thresholds of several findings, frozen into the folder of a trained reader."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hilum.errors import ModelError

ENSEMBLE = "ensemble.json"
MODEL = "model.json"


def repeat_folders(folder: Path) -> list[Path]:
    """The folders of a reader's repeats: those below `models/<reader>/`, or the folder of one repeat itself.

    Raises:
        ModelError: there is no trained model.

    Example:
        >>> repeat_folders(Path("nowhere"))
        Traceback (most recent call last):
        hilum.errors.ModelError: there is no trained model in nowhere: name models/<reader> of a run, or one
        repeat below it
    """
    if (folder / MODEL).is_file():
        return [folder]
    try:
        inside = [path for path in folder.iterdir() if path.name.isdigit() and (path / MODEL).is_file()]
    except OSError:
        inside = []
    if not inside:
        raise ModelError(
            f"there is no trained model in {folder}: name models/<reader> of a run, or one repeat below it"
        )
    return sorted(inside, key=lambda path: int(path.name))


def freeze_findings(folder: Path, thresholds: Mapping[str, float], rule: str) -> None:
    """Write the thresholds that were chosen on the validation part, one a finding, into a reader's folder.

    Args:
        folder: `models/<reader>/`: the thresholds belong to the mean over repeats, or to the only repeat;
            or the folder of one repeat: they belong to that one.
        thresholds: by finding, the probability from which it counts as there.
        rule: how they were chosen, such as `youden`.

    Raises:
        ModelError: there is no whole model in the folder.
    """
    from hilum.models.folder import read_sealed, write_sealed

    repeats = repeat_folders(folder)
    plain = {str(name): float(value) for name, value in thresholds.items()}
    if len(repeats) > 1:
        write_sealed(
            folder / ENSEMBLE, {"thresholds": plain, "threshold_rule": rule, "repeats": len(repeats)}
        )
        return
    content = read_sealed(repeats[0] / MODEL)
    content["task"] = {**content["task"], "thresholds": plain}
    content["threshold_rule"] = rule
    write_sealed(repeats[0] / MODEL, content)


def finding_thresholds(folder: Path, repeats: Sequence[Path]) -> dict[str, float]:
    """Read what `freeze_findings` wrote; empty where nothing was frozen.

    Args:
        folder: as given there.
        repeats: the folders of its repeats.

    Raises:
        ModelError: a file was changed.
    """
    from hilum.models.folder import read_sealed, understood

    found: Any = {}
    with understood(folder):
        if len(repeats) == 1:
            found = read_sealed(repeats[0] / MODEL).get("task", {}).get("thresholds", {})
        elif (folder / ENSEMBLE).exists():
            found = read_sealed(folder / ENSEMBLE).get("thresholds", {})
        found = {str(name): float(value) for name, value in found.items()}
    return dict(found)
