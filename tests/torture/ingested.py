"""The corpus as `hilum ingest` brought it in."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pydicom

from hilum.archive import Archive, open_archive
from hilum.deid import ResearchKeys
from torture.corpus import make_corpus
from torture.planting import AnswerKey


@dataclass(frozen=True)
class Ingested:
    """A corpus that was brought in."""

    key: AnswerKey
    corpus: Path
    archive: Archive
    said: bytes
    objects: pd.DataFrame

    def pairs(self) -> Iterator[tuple[pydicom.FileDataset, Path]]:
        """Every archived file beside what it was made from."""
        archived = {self.research_uid(path): path for path in self.sources()}
        for row in self.objects.itertuples():
            yield pydicom.dcmread(archived[row.instance]), self.archive.path(row.image)

    def sources(self) -> list[Path]:
        return sorted(path for path in self.corpus.rglob("*") if path.is_file())

    def research_uid(self, path: Path) -> str:
        return self.keys.uid(pydicom.dcmread(path).SOPInstanceUID)

    @property
    def keys(self) -> ResearchKeys:
        """The keys of the workspace, with which a test can follow an object."""
        return self.archive._vault.keys

    def file_of(self, uid: str) -> Path:
        row = self.objects[self.objects.instance == self.keys.uid(uid)]
        assert len(row) == 1, f"{uid} is not in the archive"
        return self.archive.path(row.iloc[0].image)


def _hilum(*words: str, at: Path) -> bytes:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("hilum")), *words],
        cwd=at,
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout + done.stderr


def ingest_corpus(home: Path) -> Ingested:
    """Make the corpus, a workspace, and bring the one into the other by the real commands."""
    key = make_corpus(home / "corpus")
    said = _hilum("init", "workspace", at=home)
    said += _hilum("ingest", str(home / "corpus"), "--workspace", "workspace", at=home)
    archive = open_archive(home / "workspace")
    return Ingested(key, home / "corpus", archive, said, archive.objects())
