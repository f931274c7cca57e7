"""How each training of a run was set and how it went, and on which machine: `tracking.json`.

Plain data for people and for other programs. It holds no path and no name of a person or a machine.
"""

import hashlib
import importlib.metadata
import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hilum.conduct.run_folder import RunFolder
from hilum.files import write_atomically

TRACKING = "tracking.json"
FORM = 1
# Of what a model folder keeps about its training; the history stands apart, as curves.
_LONGEST = 1000
_FACTS = (
    *("seed", "images", "validation_images", "left_out", "epochs", "best_epoch", "monitor", "stopped"),
    *("seconds", "device"),
)


def tracking_stage(run: RunFolder, key: str) -> str:
    """Write `tracking.json` once a run has its report; returns the stage's key.

    It is a stage, so that a run which is only looked at again on another machine keeps the facts of the one
    that made it.

    Args:
        run: The run, with its models.
        key: The key of the report's stage.
    """

    def work() -> None:
        text = json.dumps(tracking(run), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(run.path / TRACKING, text + "\n")

    return run.stage("tracking", {"report": key, "form": FORM}, [TRACKING], work)


def tracking(run: RunFolder) -> dict[str, Any]:
    """What is known of a run's trainings, as plain data.

    Args:
        run: The run.

    Returns:
        `models` by reader and repeat, each with `parameters`, `curves` (one entry an epoch) and `facts`;
        `system`; `seconds` of each stage.
    """
    models: dict[str, dict[str, Any]] = {}
    for reader, repeat, folder in model_folders(run.path):
        models.setdefault(reader, {})[repeat] = _training(folder)
    seconds = {name: record["seconds"] for name, record in run.stages().items()}
    return {"form": FORM, "models": models, "system": system_facts(), "seconds": seconds}


def load_tracking(run: Path) -> dict[str, Any]:
    """What a run's `tracking.json` holds; empty where there is none or it cannot be read.

    Args:
        run: A run's folder.

    Example:
        >>> load_tracking(Path("no run"))
        {}
    """
    try:
        known = json.loads((run / TRACKING).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) and known.get("form") == FORM and _is_whole(known) else {}


def _is_whole(known: Mapping[str, Any]) -> bool:
    """Whether models, their repeats, and what is told of each are tables, as this program writes them."""
    readers = known.get("models")
    if not isinstance(readers, dict) or not all(isinstance(repeats, dict) for repeats in readers.values()):
        return False
    told = [one for repeats in readers.values() for one in repeats.values()]
    return all(
        isinstance(one, dict)
        and isinstance(one.get("parameters"), dict)
        and isinstance(one.get("facts"), dict)
        and isinstance(one.get("curves"), list)
        for one in told
    )


def model_folders(run: Path) -> list[tuple[str, str, Path]]:
    """The finished trainings of a run: reader, repeat, folder; repeats in order.

    Args:
        run: A run's folder.

    Example:
        >>> model_folders(Path("no run"))
        []
    """
    found = [path.parent for path in (run / "models").glob("*/*/model.json") if path.parent.name.isdigit()]
    found.sort(key=lambda folder: (folder.parent.name, int(folder.name)))
    return [(folder.parent.name, folder.name, folder) for folder in found]


def _training(folder: Path) -> dict[str, Any]:
    from hilum.models import load_facts  # torch comes with it, and whoever only compares runs needs none

    facts = load_facts(folder)
    happened = facts.training
    return {
        "parameters": parameters_of(facts.plan),
        "curves": [dict(_finite(entry)) for entry in happened.get("history", [])],
        "facts": _finite({name: happened[name] for name in _FACTS if name in happened}),
    }


def parameters_of(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as one list of settings; its sentences are left out, and of a path only the file's name is kept.

    Args:
        plan: As it stands in `plan.json` or `model.json`.

    Example:
        >>> parameters_of({"pretrained": "/home/kim/weights/a.safetensors", "picture": {"size": 96}})
        {'pretrained': 'a.safetensors', 'picture.size': 96}
    """
    settings = flattened({name: value for name, value in plan.items() if name != "notes"})
    weights = settings.get("pretrained")
    if isinstance(weights, str):
        settings["pretrained"] = weights.replace("\\", "/").rsplit("/", 1)[-1]
    return {name: _short(value) for name, value in settings.items()}


def _short(value: Any) -> Any:
    """A mean image or a network that stands in the plan as text, by its hash."""
    if not isinstance(value, str) or len(value) <= _LONGEST:
        return value
    return f"sha256 {hashlib.sha256(value.encode()).hexdigest()[:16]}"


def flattened(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested tables as one, their names joined by points; a list is one value, its entries after commas.

    Example:
        >>> flattened({"task": {"kind": "survival", "horizons_days": [30, 365]}, "seed": 7})
        {'task.kind': 'survival', 'task.horizons_days': '30, 365', 'seed': 7}
    """
    flat: dict[str, Any] = {}
    for name, entry in value.items():
        if isinstance(entry, Mapping):
            flat |= flattened(entry, f"{before}{name}.")
        elif isinstance(entry, Sequence) and not isinstance(entry, str):
            flat[f"{before}{name}"] = ", ".join(map(str, entry))
        else:
            flat[f"{before}{name}"] = entry
    return flat


def system_facts() -> dict[str, Any]:
    """The machine and the versions: what a time or a last digit depends on, and nothing that names anyone.

    Returns:
        Cores, memory in GiB, device, operating system and the versions of Python, torch and hilum.

    Example:
        >>> sorted(system_facts())
        ['cores', 'device', 'hilum', 'memory_gib', 'operating_system', 'python', 'torch']
    """
    import torch

    card = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    return {
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "device": card or _processor(),
        "operating_system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "hilum": importlib.metadata.version("hilum"),
    }


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError, AttributeError):
        return None


def _processor() -> str:
    """The processor's model as Linux tells it; elsewhere what Python knows of it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(named), "") or platform.processor() or platform.machine()


def _finite(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same with null for what is no number, as strict JSON asks."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in facts.items()
    }
