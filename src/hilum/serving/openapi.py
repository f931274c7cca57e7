"""Write the description of the REST interface (OpenAPI 3.1): `python -m hilum.serving.openapi FILE`."""

import json
import sys
from pathlib import Path

from hilum.files import write_atomically
from hilum.serving.app import routes_alone


def described() -> str:
    """The description as JSON, the same for the same routes."""
    return json.dumps(routes_alone().openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the description to the file that is named; 2 where none is."""
    if len(arguments) != 1:
        sys.stderr.write("name the file to write: python -m hilum.serving.openapi FILE\n")
        return 2
    write_atomically(Path(arguments[0]), described())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
