"""TOML out and in again gives the same study; the JSON Schema accepts what is written."""

import json
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.study import dump_study, make_study, parse_study, study_json_schema

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
DAYS = st.lists(st.integers(1, 5000), max_size=4, unique=True)


@st.composite
def studies(draw):
    survival = draw(st.booleans())
    task = {"time_days": draw(NAMES), "event": draw(NAMES), "horizons_days": draw(DAYS)} if survival else None
    readers = draw(st.lists(st.integers(0, 10**6), max_size=4, unique=True))
    data = {
        "title": draw(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=50)),
        "cohort": {"images": "films", "table": draw(NAMES), "patient": draw(NAMES), "include": ["age >= 18"]},
        "task": task or {"label": draw(NAMES)},
        "split": {"seed": draw(st.integers(0, 2**63 - 1)), "external": {draw(NAMES) + "!": "site == 'A'"}},
        "readers": [
            {"model": "m", "name": f"r{n}", "repeats": 1 + n % 9, "epochs": 1 + n % 7} for n in readers
        ],
    }
    return make_study(data)


@given(studies())
@settings(max_examples=60, deadline=None)
def test_toml_round_trip(study):
    text = dump_study(study)
    assert parse_study(text) == study
    assert dump_study(parse_study(text)) == text


def test_the_schema_is_json_and_names_every_table():
    schema = study_json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert {"cohort", "task", "split", "readers"} <= schema["properties"].keys()
    assert schema["additionalProperties"] is False


def test_importing_the_room_loads_nothing_heavy():
    code = (
        "import sys, hilum.study; print([m for m in ('pandas', 'numpy', 'torch', 'pyarrow', 'openpyxl', "
        "'tomlkit') "
        "if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"


def test_importing_the_room_costs_little_more_than_pydantic(tmp_path):
    """On an idle machine this is under 0.15 s; as a ratio it holds on a busy one too."""

    def seconds(what: str) -> float:
        code = f"import time; t = time.process_time(); {what}; print(time.process_time() - t)"
        program = [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-c", code]
        environment = {"PATH": "", "PYTHONDONTWRITEBYTECODE": ""}
        runs = (subprocess.run(program, check=True, capture_output=True, env=environment) for _ in range(5))
        return min(float(run.stdout) for run in runs)

    assert seconds("import hilum.study") < 2 * seconds(
        "from pydantic import BaseModel, Field, ValidationError"
    )
