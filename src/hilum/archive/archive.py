"""The archive, as the rest of the program sees it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hilum.archive.quarantine import REJECTED, RELEASED, WAITING, Quarantine, QuarantineEntry
from hilum.archive.workspace import Workspace, find_workspace
from hilum.errors import WorkspaceError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.ingest import IngestReport

IMAGE_COLUMNS = (
    "image",
    "patient",
    "accession",
    "study",
    "series",
    "instance",
    "modality",
    "view",
    "laterality",
    "body_part",
    "study_date",
    "acquired",
    "sex",
    "age",
    "manufacturer",
    "rows",
    "columns",
    "frames",
    "bits_stored",
    "photometric",
    "transfer_syntax",
    "sop_class",
    "file_sha256",
    "pixel_sha256",
)


class Archive:
    """De-identified images with their index; the vault and the quarantine of the same workspace.

    Args:
        workspace: made by `create_workspace`.

    Raises:
        WorkspaceError: the workspace has no archive or vault, or the vault's key is missing or another's.

    Example:
        >>> import tempfile
        >>> from hilum.archive import create_workspace
        >>> archive = Archive(create_workspace(Path(tempfile.mkdtemp()) / "lung"))
        >>> len(archive.images()), archive.research_patient(["00123"])
        (0, [None])
    """

    def __init__(self, workspace: Workspace) -> None:
        from hilum.archive.index import engine_of
        from hilum.deid.vault import Vault

        if not workspace.archive_folder.is_dir():
            raise WorkspaceError(f"{workspace.root} holds no archive: make a workspace with `hilum init`")
        self.workspace = workspace
        self._vault = Vault(workspace.vault_folder)
        self._engine = engine_of(workspace.index_file)
        self._quarantine = Quarantine(workspace.quarantine_folder)

    @property
    def folder(self) -> Path:
        """The folder of the images; what `images()` calls `image` is relative to it."""
        return self.workspace.archive_folder

    def path(self, image: str) -> Path:
        """Where an image of `images()` lies.

        Raises:
            WorkspaceError: the text leads out of the archive.
        """
        parts = PurePosixPath(image)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise WorkspaceError(f"`{image}` is no image of the archive: use the column `image` of images()")
        return self.folder.joinpath(*parts.parts)

    def ingest(
        self, sources: Sequence[Path | str], progress: Progress = silent, workers: int | None = None
    ) -> "IngestReport":
        """De-identify files and bring them in; what cannot be cleaned or read goes to quarantine.

        Files that are in the archive already, byte for byte, are skipped, so the same command can be given
        again: after an interruption it continues.

        Args:
            sources: files, folders and zip files.
            progress: is told how far it is.
            workers: how many processes; None for one a core.

        Returns:
            How many files there were and what became of them.

        Raises:
            WorkspaceError: a source does not exist, or the disk is full.
        """
        from hilum.archive.ingest import Ingest, IngestOptions

        ingest = Ingest(self.workspace, self._engine, self._vault, IngestOptions(workers))
        return ingest.run([Path(source) for source in sources], progress)

    def images(self) -> "pd.DataFrame":
        """All images, one a row, in the order of their paths; every identifier is a research identifier.

        Columns: `image` (path relative to `folder`), `patient`, `accession`, `study`, `series`, `instance`,
            `modality`, `view`
        (`unknown` where the file does not say), `laterality`, `body_part`, `study_date` and `acquired` (ISO
        8601, moved by the patient's offset, empty where not given), `sex`, `age` (years; everyone above 89 is
        90), `manufacturer`, `rows`, `columns`, `frames`, `bits_stored`, `photometric`, `transfer_syntax`,
        `sop_class`, `file_sha256`, `pixel_sha256`.
        """
        import pandas as pd
        from sqlalchemy import select

        from hilum.archive.index import IMAGES, reading

        columns = [IMAGES.c[name] for name in IMAGE_COLUMNS]
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).order_by(IMAGES.c.image)).all()
        frame = pd.DataFrame([tuple(row) for row in rows], columns=list(IMAGE_COLUMNS))
        whole = dict.fromkeys(("rows", "columns", "frames", "bits_stored"), "int64")
        return frame.astype({**whole, "age": "float64"})

    def research_patient(self, real_ids: Sequence[str]) -> list[str | None]:
        """Translate PatientIDs of the hospital through the vault; None for those it does not know.

        The access is recorded in the vault.
        """
        return self._vault.research("patient", [str(real) for real in real_ids], "a cohort")

    def research_accession(self, real: Sequence[str]) -> list[str | None]:
        """Translate accession numbers of the hospital through the vault; None for unknown ones. Recorded."""
        return self._vault.research("accession", [str(one) for one in real], "a cohort")

    def date_offset_days(self, research_patients: Sequence[str]) -> list[int | None]:
        """By how many days the dates of patients were moved; None for unknown patients. Recorded.

        Add it to a date of the same patient in a table before the two are compared.
        """
        return self._vault.date_offsets([str(one) for one in research_patients], "a cohort")

    def knows_research_patient(self, ids: Sequence[str]) -> list[bool]:
        """Which of these are research identifiers of patients in the archive."""
        from sqlalchemy import select

        from hilum.archive.index import IMAGES, reading

        with reading(self._engine) as connection:
            known = set(connection.execute(select(IMAGES.c.patient).distinct()).scalars())
        return [str(one) in known for one in ids]

    def quarantine(self) -> list[QuarantineEntry]:
        """What is in quarantine and waits for a person, or was rejected by one."""
        return self._quarantine.entries()

    def release(self, entry: str) -> str:
        """Archive a file of the quarantine on a person's word that there is no writing in its picture.

        All other rules and the second look still hold. The decision is recorded.

        Returns:
            What was done, as a sentence.

        Raises:
            WorkspaceError: there is no such entry, it has no bytes, or it cannot be cleaned for another
                reason.
        """
        from hilum.archive.ingest import Ingest, IngestOptions

        known = self._quarantine.entry(entry)
        original = self._quarantine.original(entry)
        if known.status != WAITING or original is None:
            raise WorkspaceError(f"{entry} cannot be released: its file is no longer in quarantine")
        options = IngestOptions(workers=1, looked_by_person=True)
        ingest = Ingest(self.workspace, self._engine, self._vault, options)
        report = ingest.run([original], silent)
        if report.quarantined:
            raise WorkspaceError(f"{entry} cannot be released: {ingest.reasons[0] or known.reason}")
        self._quarantine.settle(entry, RELEASED)
        self._decide(known, RELEASED)
        return f"{entry} is in the archive"

    def reject(self, entry: str) -> str:
        """Keep a file out for good: its bytes are deleted, the record stays. The decision is recorded.

        Returns:
            What was done, as a sentence.

        Raises:
            WorkspaceError: there is no such entry.
        """
        known = self._quarantine.entry(entry)
        self._decide(known, REJECTED)
        self._quarantine.settle(entry, REJECTED)
        return f"{entry} is rejected, its file deleted"

    def _decide(self, entry: QuarantineEntry, decision: str) -> None:
        from sqlalchemy import insert

        from hilum.archive.index import DECISIONS, writing

        now = datetime.now(UTC).isoformat(timespec="seconds")
        with writing(self._engine) as connection:
            row = {"at": now, "entry": entry.id, "source": entry.source, "decision": decision}
            connection.execute(insert(DECISIONS).values(**row))
        self._vault.record(f"quarantine: {entry.id} {decision}")


def open_archive(workspace: Workspace | Path | str) -> Archive:
    """Open the archive of a workspace.

    Args:
        workspace: the workspace, or its folder or one below it.

    Raises:
        WorkspaceError: there is no workspace, or its vault cannot be opened.

    Example:
        >>> open_archive("/")
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: no workspace is at or above /: make one with `hilum init`
    """
    if isinstance(workspace, Workspace):
        return Archive(workspace)
    found = find_workspace(Path(workspace))
    if found is None:
        raise WorkspaceError(f"no workspace is at or above {workspace}: make one with `hilum init`")
    return Archive(found)
