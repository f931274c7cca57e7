"""`hilum --help` answers before one notices, and without the heavy parts."""

import subprocess
import sys
import time
from pathlib import Path

HILUM = Path(sys.executable).with_name("hilum")
HEAVY = ("torch", "pandas", "numpy", "rapidocr", "matplotlib", "timm", "rich")


def test_help_takes_under_three_tenths_of_a_second():
    def once() -> float:
        start = time.perf_counter()
        subprocess.run([HILUM, "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    once()
    assert min(once() for _ in range(5)) < 0.3


def test_the_command_line_imports_nothing_heavy():
    code = f"import sys, hilum.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"


def test_every_command_says_in_a_sentence_what_it_does():
    from hilum.cli import app

    for command in app.registered_commands:
        assert command.callback is not None
        assert (command.callback.__doc__ or "").strip().endswith(".")
