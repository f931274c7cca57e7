"""Lists of patients to fetch, as they were sent; they hold real identifiers and never leave this folder."""

import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from hilum.conduct.pull_list import PullList, modality_words, read_list
from hilum.errors import PacsError
from hilum.serving.failures import Refusal
from hilum.serving.jobs.child import private_file
from hilum.serving.settings import Settings

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_MOST = 200


@dataclass(frozen=True)
class KeptList:
    """A list that was sent.

    Attributes:
        id: its name in addresses.
        table: the file.
        person: number of who sent it.
        made: when (seconds since 1970).
        peer: who was asked, where it was made of answers; empty where it was sent.
    """

    id: str
    table: Path
    person: int
    made: float
    peer: str = ""


class PullLists:
    """The lists of one server.

    Args:
        settings: of the server.
    """

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.folder / "lists"

    def add(self, person: int, ending: str, content: bytes, peer: str = "") -> KeptList:
        """Keep a list that can be read; one that cannot is not kept.

        Args:
            person: number of who sent or made it.
            ending: of its name.
            content: its bytes.
            peer: who was asked, where it was made of answers.

        Raises:
            Refusal: it is no table, or too many are kept.
            TableError: it cannot be read.
        """
        if ending not in ENDINGS:
            raise Refusal(422, "this is no list that can be read: save it as CSV (.csv) or Excel (.xlsx)")
        if len(self.all()) >= _MOST:
            raise Refusal(429, f"{_MOST} lists are kept: delete those that are not needed any more")
        name = secrets.token_hex(8)
        place = self.folder / name
        place.mkdir(mode=0o700, parents=True)
        place.chmod(0o700)
        try:
            private_file(place / f"list{ending}", content)
            read_list(place / f"list{ending}")
            facts = {"person": person, "made": time.time(), "peer": peer}
            private_file(place / "list.json", json.dumps(facts).encode())
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return self.find(name)

    def all(self) -> list[KeptList]:
        """All lists, the last first."""
        places = self.folder.glob("*") if self.folder.is_dir() else ()
        found = [self._kept(place) for place in places]
        return sorted((one for one in found if one is not None), key=lambda one: one.made, reverse=True)

    def find(self, name: str) -> KeptList:
        """The list of this id.

        Raises:
            Refusal: there is none.
        """
        found = self._kept(self.folder / name) if re.fullmatch("[0-9a-f]{16}", name) else None
        if found is None:
            raise Refusal(404, "there is no such list: send it again")
        return found

    def read(self, kept: KeptList, modality: str = "", days: int = 0) -> PullList:
        """The list as it was read.

        Raises:
            PacsError: a modality is none.
            TableError: it cannot be read any more.
        """
        try:
            return read_list(kept.table, modality_words(modality), days)
        except ValueError as error:
            raise PacsError(str(error)) from None

    def delete(self, kept: KeptList) -> None:
        """Delete a list."""
        shutil.rmtree(kept.table.parent, ignore_errors=True)

    def _kept(self, place: Path) -> KeptList | None:
        try:
            facts = json.loads((place / "list.json").read_bytes())
        except (OSError, ValueError):
            return None
        table = next((path for path in place.glob("list.*") if path.suffix in ENDINGS), None)
        if table is None:
            return None
        return KeptList(place.name, table, facts["person"], facts["made"], facts.get("peer", ""))
