"""What the validator of DICOM objects finds wrong."""

import re
import subprocess
from pathlib import Path

_SECONDS = 20


def kinds_of_errors(dciodvfy: str, path: Path) -> set[str]:
    """Kinds of errors in a file, without the values; empty where the validator itself fails on it."""
    try:
        done = subprocess.run([dciodvfy, str(path)], capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return set()
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    named = (re.sub(r"<(?![A-Za-z]+>)[^>]*>", "<>", line) for line in lines if line.startswith("Error"))
    return {re.sub(r"[0-9][0-9.]*", "", line) for line in named}
