"""Packages as the pages show them: how far they are, what they hold, whether they may still be fetched."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from hilum.archive.release import states
from hilum.archive.release_log import ReleaseLog
from hilum.archive.release_terms import today
from hilum.serving.images.index_view import views_of
from hilum.serving.jobs.desk import jobs_of
from hilum.serving.jobs.records import Job, State
from hilum.serving.language import Told
from hilum.serving.packages_folder import size_of
from hilum.serving.packages_kept import Package
from hilum.serving.state import Serving

_SIZES = "sizes of packages"
_WHY_NOT = {
    "valid": "",
    "expired": "the approval of this release has expired: delete its files",
    "withdrawn": "this release was withdrawn: delete its files",
    "failed": "this release was not put in place: delete its files",
}


class PackageRow(BaseModel):
    """A package that was asked for."""

    id: str
    kind: Literal["export", "release"]
    person: str = Field(description="The account of whoever asked for it.")
    made: str = Field(description="When it was asked for (UTC).")
    about: dict[str, Any] = Field(description="Layout of a copy; recipient and approval of a release.")
    job: str = Field(description="The job that makes it.")
    state: State
    sentence: Told = Field(description="Why it failed; empty otherwise.")
    release: int | None = Field(description="The number in the record of releases.")
    patients: int | None
    images: int | None
    left_out: dict[str, int] = Field(description="How many images a copy does not hold, by reason.")
    bytes: int = Field(description="How large it is; 0 before it is made.")
    place: str = Field(description="Where it lies on the server, below the workspace; empty before.")
    refused: Told = Field(description="Why it may not be fetched any more; empty where it may.")


def job_of(here: Serving, package: Package) -> Job | None:
    """The job that makes a package."""
    return jobs_of(here).records.find(package.job) if package.job else None


def row_of(here: Serving, package: Package) -> PackageRow:
    """One package as it is now."""
    return rows_of(here, [package])[0]


def rows_of(here: Serving, packages: Sequence[Package]) -> list[PackageRow]:
    """Packages as they are now."""
    found = [(one, job_of(here, one)) for one in packages]
    released = any(job and job.result.get("number") for _, job in found)
    lines = states(ReleaseLog(views_of(here).archive).entries(), today()) if released else []
    known = {one.number: state for one, state in lines}
    return [_row(here, package, job, known) for package, job in found]


def _row(here: Serving, package: Package, job: Job | None, known: Mapping[int, str]) -> PackageRow:
    result: dict[str, Any] = job.result if job else {}
    state = job.state if job else State.failed
    made = state is State.done and package.out.is_dir()
    number = result.get("number")
    return PackageRow(
        id=package.id,
        kind="release" if package.kind == "release" else "export",
        person=package.person_name,
        made=package.made,
        about=package.about,
        job=package.job,
        state=state,
        sentence=job.sentence if job else "",
        release=number,
        patients=result.get("patients"),
        images=result.get("images"),
        left_out=result.get("left_out") or {},
        bytes=_size(here, package) if made else 0,
        place=package.out.relative_to(here.workspace.root).as_posix() if made else "",
        refused=_why_not(known.get(number, "not on record")) if made and number else "",
    )


def _why_not(state: str) -> str:
    """Why a release in this state may not be fetched any more; empty where it may."""
    return _WHY_NOT.get(state, "this release is not on record: delete its files")


def _size(here: Serving, package: Package) -> int:
    """How many bytes it has; what was made does not change any more."""
    sizes: dict[str, int] = here.kept.setdefault(_SIZES, {})
    if package.id not in sizes:
        sizes[package.id] = size_of(package.out)
    return sizes[package.id]
