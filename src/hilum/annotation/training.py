"""Training of annotators on cases whose answer is known: two courses, each with its passing mark (2.4.2.2).

The guideline trains annotators in a basic course (the disease, the data, the tool, practice) and an advanced
one (details, the method, how results are judged, practice), and accepts work from 90 % accuracy on (2.5.3.2):
that is the mark of both. The basic course counts what was found in its place; the advanced one also asks for
the right class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hilum.annotation.agreement import OVERLAP, PASSING_SHARE, Sizes, compare
from hilum.annotation.lesion import Marking
from hilum.errors import HilumError

BASIC, ADVANCED = "basic", "advanced"
COURSES = (BASIC, ADVANCED)
MARKS = {BASIC: PASSING_SHARE, ADVANCED: PASSING_SHARE}


@dataclass(frozen=True)
class TrainingScore:
    """How a course was done.

    Attributes:
        course: basic or advanced.
        right: findings that are as the answers say.
        findings: of the answers, and what was marked without being one.
        overlap: mean intersection over union of those found; None without any.

    Example:
        >>> TrainingScore("basic", 9, 10, 0.8).passed
        True
    """

    course: str
    right: int
    findings: int
    overlap: float | None

    @property
    def share(self) -> float:
        """Share that is right; 1 where there was nothing to find and nothing was marked."""
        return self.right / self.findings if self.findings else 1.0

    @property
    def passed(self) -> bool:
        """Whether the passing mark is reached."""
        return self.share >= MARKS[self.course]


def score_course(
    course: str, cases: Sequence[tuple[Marking, Marking, Sizes]], overlap: float = OVERLAP
) -> TrainingScore:
    """Score a course.

    Args:
        course: basic or advanced.
        cases: answer, what the person marked, and the sizes of the images.
        overlap: intersection over union from which on a finding is found.

    Raises:
        HilumError: there is no such course, or it has no case.

    Example:
        >>> score_course("basic", [(Marking(), Marking(), {})]).passed
        True
    """
    if course not in COURSES:
        raise HilumError(f"the courses are {' and '.join(COURSES)}")
    if not cases:
        raise HilumError("the course has no case: choose cases with known answers for it")
    found = [one for answer, given, sizes in cases for one in compare(answer, given, sizes, overlap).findings]
    right = [one for one in found if (one.matched if course == BASIC else one.agrees)]
    met = [one.overlap for one in found if one.matched]
    return TrainingScore(course, len(right), len(found), sum(met) / len(met) if met else None)
