"""The archive, as the rest of the program sees it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from hilum.archive.quarantine import (
    REJECTED,
    RELEASED,
    WAITING,
    Quarantine,
    QuarantineEntry,
    chosen_boxes,
)
from hilum.archive.workspace import Workspace, find_workspace
from hilum.errors import WorkspaceError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from hilum.archive.accounting import Accounting
    from hilum.archive.ingest import IngestReport
    from hilum.deid.vault import Vault

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
        self._engine = engine_of(workspace.index, workspace.settings.get("workspace", ""))
        self._quarantine = Quarantine(workspace.quarantine_folder)

    @property
    def vault(self) -> "Vault":
        """The vault of the same workspace; every use of it is recorded."""
        return self._vault

    @property
    def engine(self) -> "Engine":
        """The database of the index."""
        return self._engine

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

    @property
    def accounting(self) -> "Accounting":
        """Answers what became of files that were given to the archive."""
        from hilum.archive.accounting import Accounting

        return Accounting(self._engine, self._vault.keys, self._quarantine, self.folder)

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
        """All pictures, one a row, in the order of their paths; every identifier is a research identifier.

        Segmentations, reports, presentation states, radiotherapy objects and maps are in `objects()` only.

        Columns: `image` (path relative to `folder`), `patient`, `accession`, `study`, `series`, `instance`,
            `modality`, `view`
        (`unknown` where the file does not say), `laterality`, `body_part`, `study_date` and `acquired` (ISO
        8601, moved by the patient's offset, empty where not given), `sex`, `age` (years; everyone above 89 is
        90), `manufacturer`, `rows`, `columns`, `frames`, `bits_stored`, `photometric`, `transfer_syntax`,
        `sop_class`, `file_sha256`, `pixel_sha256`.
        """
        frame = self.objects()
        pictures = frame[frame["kind"] == "image"].drop(columns="kind").reset_index(drop=True)
        whole = dict.fromkeys(("rows", "columns", "frames", "bits_stored"), "int64")
        return pictures.astype(whole)

    def objects(self) -> "pd.DataFrame":
        """Everything in the archive, one object a row, in the order of the paths.

        Columns: those of `images()` and `kind`: `image`, `segmentation`, `structured report`, `presentation
        state`, `radiotherapy` or `other` (registrations, fiducials, real world values, parametric maps).
        `rows`, `columns`, `frames` and `bits_stored` are missing where an object has no pixels.
        """
        import pandas as pd
        from sqlalchemy import select

        from hilum.archive.index import IMAGES, reading

        names = (*IMAGE_COLUMNS, "kind")
        with reading(self._engine) as connection:
            chosen = select(*(IMAGES.c[name] for name in names)).order_by(IMAGES.c.image)
            rows = connection.execute(chosen).all()
        frame = pd.DataFrame([tuple(row) for row in rows], columns=list(names))
        whole = dict.fromkeys(("rows", "columns", "frames", "bits_stored"), "Int64")
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

        Add it to a date of the same patient in a table before the two are compared. It is 0 where the
        protocol of the workspace does not move dates.
        """
        from hilum.deid.protocol_file import PROTOCOL_FILE, read_protocol

        moved = self._vault.date_offsets([str(one) for one in research_patients], "a cohort")
        if read_protocol(self.workspace.root / PROTOCOL_FILE).dates == "modified":
            return moved
        return [None if days is None else 0 for days in moved]

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

    def pictures(self, entry: str) -> dict[str, Path]:
        """Where the pictures of an entry in quarantine are: `before.png`, `after.png`; empty without any.

        Raises:
            WorkspaceError: there is no such entry.
        """
        return self._quarantine.pictures(self._quarantine.entry(entry).id)

    def release(self, entry: str, boxes: Sequence[Sequence[int]] | Literal["proposed"] | None = None) -> str:
        """Archive a file of the quarantine on the word of a person who looked at its picture.

        All other rules and the second look still hold. The decision is recorded.

        Args:
            entry: its number.
            boxes: None where the picture holds no writing and stays as it is; `proposed` to blank what the
                search proposed; or what to blank, (x, y, width, height) each, in pixels.

        Returns:
            What was done, as a sentence.

        Raises:
            WorkspaceError: there is no such entry, it has no bytes, nothing is proposed, a box is none, or it
                cannot be cleaned for another reason.
        """
        from hilum.archive.ingest import Ingest, IngestOptions

        known = self._quarantine.entry(entry)
        original = self._quarantine.original(entry)
        if known.status != WAITING or original is None:
            raise WorkspaceError(f"{entry} cannot be released: its file is no longer in quarantine")
        blanked = chosen_boxes(known, boxes)
        options = IngestOptions(workers=1, looked_by_person=True, boxes=blanked)
        ingest = Ingest(self.workspace, self._engine, self._vault, options)
        report = ingest.run([original], silent)
        if report.quarantined:
            raise WorkspaceError(f"{entry} cannot be released: {ingest.reasons[0] or known.reason}")
        self._quarantine.settle(entry, RELEASED)
        said = f", {len(blanked)} places blanked" if blanked else ""
        self._decide(known, RELEASED + said)
        return f"{entry} is in the archive{said}"

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
