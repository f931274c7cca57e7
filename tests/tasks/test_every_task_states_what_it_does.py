"""Every task says what it learns and how it is judged, and the reference says the same."""

import importlib
import inspect
import pkgutil
from dataclasses import fields
from pathlib import Path

import pytest

import hilum.tasks
from hilum.catalogue import measure_names
from hilum.tasks import TASK_KINDS, TaskStatement

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "tasks.md"


def _found() -> list[type]:
    """Every class in the room that can be read back from a model folder."""
    found = []
    for module in pkgutil.iter_modules(hilum.tasks.__path__, "hilum.tasks."):
        for name, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if member.__module__ == module.name and hasattr(member, "from_json"):
                found.append((name, member))
    return [member for _, member in sorted(found)]


FOUND = _found()


def _words(text: str) -> str:
    return " ".join(text.split())


def test_every_task_can_be_read_back_from_a_model_folder():
    assert sorted(kind.__name__ for kind in TASK_KINDS) == [each.__name__ for each in FOUND]
    forms = [(kind.kind, getattr(kind, "form", None)) for kind in TASK_KINDS]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("task", FOUND, ids=lambda task: task.__name__)
def test_every_task_has_a_whole_statement(task):
    statement = task.statement
    assert isinstance(statement, TaskStatement)
    for field in fields(statement):
        assert getattr(statement, field.name), field.name
    assert set(statement.measures) <= set(measure_names())
    leading = task.monitor_name.removeprefix("macro_")
    assert statement.measures[0] == leading


@pytest.mark.parametrize("task", FOUND, ids=lambda task: task.__name__)
def test_the_reference_tells_every_task_as_it_states_itself(task):
    statement = task.statement
    page = PAGE.read_text(encoding="utf-8")
    _, there, after = page.partition(f"\n## {statement.name}\n")
    assert there, f"docs/reference/tasks.md has no section {statement.name}"
    section = _words(after.partition("\n## ")[0])
    for field in fields(statement):
        said = getattr(statement, field.name)
        if isinstance(said, tuple):
            said = ", ".join(f"`{name}`" for name in said)
        if field.name != "name":
            assert _words(said) in section, field.name


def test_the_reference_tells_no_task_that_does_not_exist():
    told = [line[3:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert told == [kind.statement.name for kind in TASK_KINDS]
