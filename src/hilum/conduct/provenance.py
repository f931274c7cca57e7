"""What a run was made with: versions, machine, seed, times. No path and no name of a person or machine."""

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from typing import Any

_PACKAGES = ("hilum", "torch", "timm", "numpy", "scipy", "pandas", "scikit-learn", "pydicom", "lifelines")


def provenance(inputs: Mapping[str, str], stages: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Versions, machine, input hashes, seed and seconds a stage, as plain data for the report.

    Example:
        >>> provenance({"study": "ab12"}, {"cohort": {"seconds": 1.5}}, seed=7)["seconds"]
        {'cohort': 1.5}
    """
    return {
        "versions": {"python": platform.python_version()}
        | {p: importlib.metadata.version(p) for p in _PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processor cores",
        "inputs": dict(inputs),
        "seed": seed,
        "seconds": {name: record["seconds"] for name, record in stages.items()},
    }
