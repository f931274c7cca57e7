"""Which runs a study has, and a run opened for looking: cohort, readings and evaluation side by side."""

import json
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hilum.errors import HilumError, StudyFileError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.jobs.records import JobRecords
from hilum.serving.state import Serving
from hilum.study import Study, parse_study

if TYPE_CHECKING:
    from hilum.cohorts import Cohort
    from hilum.evaluation import Alignment, Evaluation, EvaluationOptions

RUN = r"^[\w-]{1,200}$"
_MOST_KEPT, _MOST_MADE = 24, 8
_ARCHIVE = "archive"
Made = TypeVar("Made")


@dataclass(frozen=True)
class RunPlace:
    """A run of a study that a person may see.

    Attributes:
        study: The study.
        name: The run's folder, `<study>-<n>`.
        folder: Where it is.
        names: Whether cases may be named to this person: they are research identifiers, or the person may
            see identities.
    """

    study: store.StudyPlace
    name: str
    folder: Path
    names: bool


@dataclass(frozen=True)
class OpenedRun:
    """What a run measured and on what; truth, readings and cases in one order.

    Attributes:
        study: As it was run.
        cohort: Its cases; a case's number is its place in them, from 1 on.
        evaluation: As it stands in `evaluation.json`.
        aligned: Truth and opinions.
        options: How readers were compared.
        numbers: The number of each row of the truth.
        shelf: What was made of it last, for lists that are paged through.
    """

    study: Study
    cohort: "Cohort"
    evaluation: "Evaluation"
    aligned: "Alignment"
    options: "EvaluationOptions"
    numbers: tuple[int, ...]
    shelf: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of the run, or was a moment ago; the last few are kept."""
        found: Made | None = self.shelf.get(key)
        if found is None:
            found = self.shelf[key] = make()
            while len(self.shelf) > _MOST_MADE:
                self.shelf.pop(next(iter(self.shelf)), None)
        return found


def runs_of_study(here: Serving, place: store.StudyPlace) -> list[str]:
    """The finished runs of a study, the last first.

    A run is a study's where a job of the study made it. What the single user, or whoever manages a study of
    nobody's, ran from the terminal is its run where the study file still asks for the same.
    """
    records = JobRecords(here.engine)
    jobs = records.numbered([mark.number for mark in records.marks() if mark.study == place.slug])
    names = [str(job.result["run"]) for job in jobs if job.kind == "run" and job.result.get("run")]
    if not here.settings.accounts or place.owner is None:
        names += _made_at_the_terminal(here, place)
    return [name for name in dict.fromkeys(names) if _is_there(here, name)]


def run_seen(here: Serving, person: Person, slug: str, run: str) -> RunPlace:
    """A run of a study, for one who may see the study.

    Raises:
        Refusal: 404 where there is no such study or run, or the person may not see it.
    """
    place = store.study_seen(here, person, slug)
    if run not in runs_of_study(here, place):
        raise Refusal(404, "this study has no such run")
    folder = here.workspace.runs_folder / run
    names = person.may(Right.see_identities) or study_of(folder).cohort.images == _ARCHIVE
    return RunPlace(place, run, folder, names)


def study_of(folder: Path) -> Study:
    """The study of a run as it was run.

    Raises:
        Refusal: 409, its file cannot be read.
    """
    try:
        return parse_study((folder / store.STUDY_FILE).read_text(encoding="utf-8"), store.STUDY_FILE)
    except (OSError, ValueError, StudyFileError):
        raise Refusal(409, "this run cannot be read, a file of it is damaged: run the study again") from None


def kept(here: Serving, path: Path, make: Callable[[Path], Made]) -> Made:
    """What a file of a run says, read once as long as the file stays the same."""
    shelf: dict[Any, Any] = here.kept.setdefault("results", {})
    try:
        key = (str(path), path.stat().st_mtime_ns, make.__name__)
    except OSError:
        raise Refusal(404, "this run has not got so far: run the study again, it goes on") from None
    if key not in shelf:
        shelf[key] = make(path)
        while len(shelf) > _MOST_KEPT:
            shelf.pop(next(iter(shelf)), None)
    found: Made = shelf[key]
    return found


def opened(here: Serving, run: RunPlace) -> OpenedRun:
    """A run opened for looking.

    Raises:
        Refusal: 404 where it was not evaluated yet; 409 where its files are damaged.
    """
    return kept(here, run.folder / "evaluation.json", _open)


def _open(path: Path) -> OpenedRun:
    from hilum.cohorts import Cohort
    from hilum.conduct.evaluate_stage import evaluation_options
    from hilum.conduct.opinions import readings_path
    from hilum.evaluation import Evaluation, Readings, align

    folder = path.parent
    study = study_of(folder)
    try:
        cohort = Cohort.load(folder / "cohort.parquet")
        names = [reader.resolved_name for reader in study.readers]
        readings = {name: Readings.load(readings_path(folder, name)) for name in names}
        options = evaluation_options(study, {name: one.readers for name, one in readings.items()})
        aligned = align(list(readings.values()), cohort.truth(), unpaired=True)
        evaluation = Evaluation.load(path)
    except (HilumError, OSError, ValueError, KeyError):
        raise Refusal(409, "this run cannot be read, a file of it is damaged: run the study again") from None
    place = {case: number for number, case in enumerate(cohort.cases["case"].astype(str), start=1)}
    numbers = tuple(place[case] for case in aligned.truth.frame["case"].astype(str))
    return OpenedRun(study, cohort, evaluation, aligned, options, numbers)


def evidence_of(here: Serving, run: RunPlace) -> dict[str, Any]:
    """All that the report says, as plain data.

    Raises:
        Refusal: 404 where there is no report yet; 409 where it cannot be read.
    """
    return kept(here, run.folder / "evidence.json", _evidence)


def _evidence(path: Path) -> dict[str, Any]:
    from hilum.errors import ReportError
    from hilum.reporting.render import load_evidence

    try:
        found = load_evidence(path.parent)
    except ReportError as problem:
        raise Refusal(409, str(problem)) from None
    if not found:
        raise Refusal(409, "the report of this run is too large to be shown here: take it as a file")
    return found


def _is_there(here: Serving, name: str) -> bool:
    folder = here.workspace.runs_folder / name
    return bool(re.fullmatch(RUN, name)) and folder.is_dir() and not folder.is_symlink()


def _made_at_the_terminal(here: Serving, place: store.StudyPlace) -> list[str]:
    from hilum.conduct.run_folder import digest

    try:
        asked = parse_study(revisions.text_of(place.folder), store.STUDY_FILE)
    except (OSError, ValueError, StudyFileError):
        return []
    folders = [path.parent for path in here.workspace.runs_folder.glob(f"*/{store.STUDY_FILE}")]
    found = []
    for folder in sorted(folders, key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
            same = digest(kept(here, folder / store.STUDY_FILE, _asked)) == digest(
                asked.model_dump(mode="json")
            )
        except (OSError, ValueError, Refusal):
            continue
        if same and isinstance(inputs, dict):
            found.append(folder.name)
    return found


def _asked(path: Path) -> dict[str, Any]:
    return study_of(path.parent).model_dump(mode="json")
