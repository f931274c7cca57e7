"""Who may see a job, and who may stop it."""

from collections.abc import Callable

from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.jobs.desk import jobs_of
from hilum.serving.jobs.kinds import kind_named
from hilum.serving.jobs.records import Job, JobMark
from hilum.serving.state import Serving
from hilum.serving.studies_store import study_seen


def sight_of(serving: Serving, person: Person) -> Callable[[JobMark | Job], bool]:
    """Whether a person sees a job: an own one; of a study, with those who see it; else with the kind's right.

    Whoever manages accounts sees all of them, since somebody must be able to make room.
    """
    studies: dict[str, bool] = {}

    def sees(job: JobMark | Job) -> bool:
        if job.person == person.id or person.may(Right.manage_users):
            return True
        if not job.study:
            return person.may(kind_named(job.kind).right)
        if job.study not in studies:
            studies[job.study] = _sees_study(serving, person, job.study)
        return studies[job.study]

    return sees


def job_seen(serving: Serving, person: Person, name: str) -> Job:
    """A job that a person may see.

    Raises:
        Refusal: 404 where there is none, or this person may not see it.
    """
    job = jobs_of(serving).records.find(name)
    if job is None or not sight_of(serving, person)(job):
        raise Refusal(404, "there is no such job")
    return job


def job_led(serving: Serving, person: Person, name: str) -> Job:
    """A job that a person may cancel and resume: an own one, or any for whoever manages accounts.

    Raises:
        Refusal: 404 as for `job_seen`; 403 where it is another person's.
    """
    job = job_seen(serving, person, name)
    if job.person != person.id and not person.may(Right.manage_users):
        raise Refusal(403, "this is the work of another person: ask that person, or an administrator")
    return job


def _sees_study(serving: Serving, person: Person, study: str) -> bool:
    if not person.may(Right.see_studies):
        return False
    try:
        study_seen(serving, person, study)
    except Refusal:
        return False
    return True
