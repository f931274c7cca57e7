"""What the page on a network by hand prints beside its code is what that code prints."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "a-network-by-hand.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_printed_number_is_computed():
    namespace: dict[str, object] = {"__name__": "page"}
    printed, shown = "", 0
    for language, block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "python":
            stream = io.StringIO()
            with contextlib.redirect_stdout(stream):
                exec(compile(block, PAGE.name, "exec"), namespace)  # a page of this repository
            printed = stream.getvalue()
        elif language == "text":
            assert block == printed
            shown += 1
    assert shown == 6
