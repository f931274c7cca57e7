"""How far a pull is: one entry a row, by row number; no identifiers are written here."""

import csv
import json
from dataclasses import asdict, dataclass, fields
from io import StringIO
from pathlib import Path

from hilum.files import write_atomically

DONE, NOTHING_FOUND, INCOMPLETE, FAILED = "done", "nothing found", "incomplete", "failed"


@dataclass(frozen=True)
class RowState:
    """What came of a row.

    Attributes:
        row: its number.
        status: `done`, `nothing found`, `incomplete` or `failed`.
        studies: examinations found.
        instances: objects that the peer holds of them.
        fetched: objects that are safe here.
        missing: objects that did not come.
        problem: in a sentence what went wrong; empty where nothing did.
    """

    row: int
    status: str
    studies: int = 0
    instances: int = 0
    fetched: int = 0
    missing: int = 0
    problem: str = ""


class RowStates:
    """The states of a pull, in a file that is whole after every row.

    Args:
        folder: of the pull; it is made where it is missing.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "pull"
        >>> RowStates(folder).put(RowState(1, DONE, 1, 5, 5))
        >>> RowStates(folder).done(1)
        True
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self._file = folder, folder / "state.json"
        self._rows: dict[int, RowState] = {}
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = []
        for entry in known:
            self._rows[entry["row"]] = RowState(**entry)

    def done(self, row: int) -> bool:
        """Whether everything of a row was fetched."""
        return row in self._rows and self._rows[row].status == DONE

    def put(self, state: RowState) -> None:
        """Write down what came of a row."""
        self._rows[state.row] = state
        write_atomically(self._file, json.dumps([asdict(one) for one in self.all()]))

    def all(self) -> list[RowState]:
        """All states, in the order of the rows."""
        return [self._rows[row] for row in sorted(self._rows)]

    def write_table(self) -> Path:
        """Write the result as a table, `result.csv`."""
        text = StringIO()
        names = [field.name for field in fields(RowState)]
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(state) for state in self.all())
        path = self.folder / "result.csv"
        write_atomically(path, text.getvalue())
        return path
