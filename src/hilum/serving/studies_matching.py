"""How a table's columns fit the archive's patients and a folder's file names."""

from pathlib import Path, PurePosixPath
from typing import Any

from hilum.errors import HilumError
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.proposing.folders import pattern_for
from hilum.serving.proposing.patients import Match, PatientGuess, guess_patient
from hilum.serving.state import Serving
from hilum.serving.studies_images import listed
from hilum.serving.studies_paths import see_path
from hilum.serving.studies_store import StudyPlace
from hilum.serving.studies_tables import TableLook

_MOST_COLUMNS, _MOST_VALUES = 6, 400
_NAMING = {"identifier", "number", "text", "class"}


def root_of_images(here: Serving, person: Person, place: StudyPlace, cohort: dict[str, Any]) -> Path | None:
    """The folder of a study's images; None for the archive, or where none is named or it may not be read."""
    images = cohort.get("images")
    if not isinstance(images, str) or images == "archive" or not person.may(Right.see_studies):
        return None
    return see_path(place.folder / images, place.folder, here.settings, images=True)


def guess_of_patient(
    here: Serving, person: Person, place: StudyPlace, look: TableLook, cohort: dict[str, Any]
) -> PatientGuess:
    """Which columns name patient, examination and image.

    Of the archive a part of the different values is looked up; the vault records that.
    """
    from hilum.study.values import texts_of

    names = [each.name for each in look.columns if each.kind in _NAMING and each.distinct > 1]
    ranked = sorted(names, key=lambda name: next(-c.distinct for c in look.columns if c.name == name))
    first = [each.name for each in look.columns if each.role in {"patient", "accession", "image"}]
    chosen = list(dict.fromkeys([*first, *ranked]))[:_MOST_COLUMNS]
    values = {
        name: list(dict.fromkeys(text for text in texts_of(look.frame[name]) if text)) for name in chosen
    }
    root = root_of_images(here, person, place, cohort)
    if root is not None:
        return guess_patient(look.columns, of_folder(values, listed(here.kept, root)))
    if cohort.get("images") == "archive" and person.may(Right.see_archive):
        try:
            return guess_patient(look.columns, _of_archive(here, values))
        except HilumError:
            return guess_patient(look.columns)
    return guess_patient(look.columns)


def of_folder(values: dict[str, list[str]], paths: list[str]) -> list[Match]:
    """How columns fit a folder's images: as paths, as names without ending, as a part of the names.

    Example:
        >>> [match.how for match in of_folder({"file": ["a/1.png"], "id": ["1"]}, ["a/1.png"])]
        ['path', 'stem']
    """
    found = []
    files = [PurePosixPath(path).name for path in paths]
    known = set(paths)
    for name, texts in values.items():
        if not texts:
            continue
        as_paths = sum(text.replace("\\", "/").removeprefix("./") in known for text in texts) / len(texts)
        if as_paths:
            found.append(Match(name, "path", as_paths))
        pattern, share = pattern_for(files, texts)
        if share:
            found.append(Match(name, "pattern" if pattern else "stem", share, pattern))
    return found


def _of_archive(here: Serving, values: dict[str, list[str]]) -> list[Match]:
    from hilum.archive import open_archive

    archive = open_archive(here.workspace)
    found = []
    for name, texts in values.items():
        some = texts[:: max(1, len(texts) // _MOST_VALUES)][:_MOST_VALUES]
        if not some:
            continue
        known = archive.knows_research_patient(some)
        if any(known):
            found.append(Match(name, "archive", sum(known) / len(some)))
            continue
        real = _share(archive.research_patient(some))
        padded = [text.zfill(8) for text in some] if not real and all(map(str.isdigit, some)) else []
        cut = _share(archive.research_patient(padded)) if padded else 0.0
        if real or cut:
            found.append(Match(name, "vault", max(real, cut), zeros=cut > real))
        elif accession := _share(archive.research_accession(some)):
            found.append(Match(name, "accession", accession))
    return found


def _share(found: list[str | None]) -> float:
    return sum(each is not None for each in found) / max(len(found), 1)
