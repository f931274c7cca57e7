"""The hashes of everything a study starts from: same hashes, same run."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hilum.archive import Archive
from hilum.conduct.unlabelled import ARCHIVE
from hilum.errors import StudyFileError
from hilum.image import list_images
from hilum.preparation.weights import find_weights
from hilum.study import Explanation, Study, dump_study
from hilum.study.evaluation_options import EvaluationTable


def input_hashes(study: Study, folder: Path, archive: Archive | None) -> dict[str, str]:
    """SHA-256 of the study, its table, its products' tables, its weights and its images.

    Args:
        study: The study as read.
        folder: The folder of the study file; paths in it are relative to this.
        archive: The archive, when the study takes its images from there.

    Returns:
        Hashes by input name, in a fixed order.

    Raises:
        StudyFileError: A file or folder that the study names is not there.
        ModelError: The weights that a reader starts from are not there.
    """
    # How readers are compared and explained changes no reader: it is part of those stages' own keys.
    read = study.model_copy(update={"evaluation": EvaluationTable(), "explanation": Explanation()})
    hashes = {"study": hashlib.sha256(dump_study(read).encode()).hexdigest()}
    for name in _named_files(study):
        path = folder / name
        if not path.is_file():
            raise StudyFileError(
                f"the study names the file {name}, which is not in {folder}: correct the path"
            )
        hashes[name] = file_hash(path)
    for reader in study.readers:
        if reader.unlabelled is not None and reader.unlabelled != ARCHIVE:
            hashes[f"unlabelled {reader.unlabelled}"] = _folder_hash(folder / reader.unlabelled, "unlabelled")
        if reader.model is not None and _is_path(reader.pretrained):
            weights, _ = find_weights(reader.model, reader.pretrained, folder)
            if weights is not None:
                hashes[str(reader.pretrained)] = file_hash(weights)
    if archive is not None:
        hashes["archive"] = _together(sorted(archive.images()["file_sha256"].astype(str)))
    elif study.cohort.images is not None:
        hashes["images"] = _folder_hash(folder / study.cohort.images, "images")
    return hashes


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _named_files(study: Study) -> list[str]:
    named: list[object] = [study.cohort.table, *(reader.product for reader in study.readers)]
    named.append(study.preparation.lung_mask)
    return [str(name) for name in named if name is not None]


def _is_path(pretrained: object) -> bool:
    return isinstance(pretrained, str) and pretrained != "if available"


def _folder_hash(folder: Path, key: str) -> str:
    """One hash of all images in a folder, which the study names under a key."""
    if not folder.is_dir():
        table, what = (
            ("[cohort]", "study's image folder")
            if key == "images"
            else ("[[readers]]", "folder of images without labels")
        )
        raise StudyFileError(
            f"the {what} {folder} does not exist: correct `{key}` in {table}, "
            f'or write {key} = "archive" for images that were brought in with `hilum ingest`'
        )
    files = list_images(folder)
    with ThreadPoolExecutor() as pool:
        hashes = pool.map(file_hash, files)
        return _together(
            f"{path.relative_to(folder).as_posix()} {h}" for path, h in zip(files, hashes, strict=True)
        )


def _together(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
