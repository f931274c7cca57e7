"""The public names are pinned: taking one away or adding one is a decision, not an accident."""

import subprocess
import sys

import hilum

NAMES = {
    "Archive",
    "Classification",
    "Cohort",
    "EvaluationOptions",
    "HilumError",
    "Readings",
    "Study",
    "StudyRun",
    "Survival",
    "TrainedModel",
    "Truth",
    "Volume",
    "build_cohort",
    "check",
    "combine",
    "create_workspace",
    "evaluate",
    "explain",
    "find_workspace",
    "load_study",
    "open_archive",
    "parse_study",
    "product",
    "read_image",
    "read_table",
    "run_study",
    "score",
}


def test_the_public_names_are_these():
    assert set(hilum.__all__) == NAMES


def test_every_public_name_is_there():
    for name in hilum.__all__:
        assert getattr(hilum, name) is not None


def test_a_name_that_is_not_public_is_refused():
    assert not hasattr(hilum, "no_such_name")


def test_importing_hilum_imports_nothing_heavy():
    code = (
        "import sys, hilum; print([n for n in ('torch', 'pandas', 'numpy', 'pydantic') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"
