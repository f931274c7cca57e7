"""The benchmarks are scripts beside the package; here they are imported and called with tiny settings."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def beside_the_package(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.fixture
def script():
    """Gives a benchmark's module by its name."""

    def load(name):
        place = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
        module = importlib.util.module_from_spec(place)
        place.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def run(script, monkeypatch, capfd):
    """Calls a benchmark as from the command line; gives what its last line says."""

    def call(name: str, *arguments: object):
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        script(name).main()
        return json.loads(capfd.readouterr().out.splitlines()[-1])

    return call
