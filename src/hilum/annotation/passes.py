"""The way of a case: who marks what, what is checked, and what follows (sections 2.4.1, 2.4.2 and 2.5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hilum.annotation.agreement import OVERLAP, Agreement, Sizes, compare
from hilum.annotation.lesion import Marking
from hilum.errors import HilumError

FIRST, SECOND, OPINION, ADJUDICATION, ACCEPTED = "first", "second", "opinion", "adjudication", "accepted"
TRAINING = "training"
TAKEN_OUT = "taken_out"
"""Where a case stands that was taken out of its project; what was done with it is kept."""
STAGES = (FIRST, SECOND, OPINION, ADJUDICATION, ACCEPTED)
MOST_ROUNDS = 3
"""A case that an annotator marked so often without agreeing goes to the adjudicator."""

_TOOLS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("XRY", FIRST): ("line",),
    ("XRY", SECOND): ("box",),
    ("CCT", FIRST): ("line",),
    ("CCT", SECOND): ("polygon", "freehand", "mask"),
    ("PCT", FIRST): ("box",),
}
"""What each pass draws (section 2.4.1)."""
SENTENCES: Mapping[str, str] = {
    "line": "Draw a line over every lesion.",
    "box": "Draw a box around every lesion.",
    "polygon": "Draw the outline of every lesion, in every slice that shows it.",
}


@dataclass(frozen=True)
class Plan:
    """How the cases of a project go.

    Attributes:
        code: XRY, CCT or PCT.
        first_pass: specialists draw lines before annotators draw boxes or polygons; PET-CT always has this
            pass, and it draws the boxes.
        opinions: how many people mark the case again, blind, for check 2: 2 or 0.
        opinion_by: who does: specialists, as the guideline says, or annotators.
        overlap: intersection over union from which on two marks are of the same finding.
        training_needed: the second pass is for people who passed basic and advanced course.

    Example:
        >>> Plan("CCT").stages
        ('first', 'second', 'opinion', 'adjudication', 'accepted')
        >>> Plan("PCT").tools(FIRST)
        ('box',)
    """

    code: str
    first_pass: bool = True
    opinions: int = 2
    opinion_by: Literal["specialist", "annotator"] = "specialist"
    overlap: float = OVERLAP
    training_needed: bool = True

    def __post_init__(self) -> None:
        if self.opinions not in (0, 2):
            raise HilumError("check 2 is done by two people, or by nobody: give 2 or 0")
        if not 0 < self.overlap <= 1:
            raise HilumError(
                "the overlap from which on two marks are one finding lies above 0, and not above 1"
            )

    @property
    def marking_stage(self) -> str:
        """The pass whose shapes are the result: boxes or polygons."""
        return FIRST if self.code == "PCT" else SECOND

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that cases go through, in their order."""
        checks = (OPINION, ADJUDICATION) if self.opinions else ()
        passes = (FIRST,) if self.code == "PCT" else (FIRST, SECOND) if self.first_pass else (SECOND,)
        return (*passes, *checks, ACCEPTED)

    def tools(self, stage: str) -> tuple[str, ...]:
        """The kinds of shapes that count in a stage."""
        return _TOOLS[self.code, stage if stage == FIRST else self.marking_stage]

    def sentence(self, stage: str) -> str:
        """What is to be done, for whoever opens a case."""
        if stage == ADJUDICATION:
            return "Two people saw this case differently: decide, with pathology and records at hand."
        return SENTENCES[self.tools(stage)[0]]

    def right(self, stage: str) -> str:
        """The right that a stage asks of a person."""
        if stage == ADJUDICATION:
            return "adjudicate"
        specialist = stage == FIRST or (stage == OPINION and self.opinion_by == "specialist")
        return "mark_first" if specialist else "mark_lesions"

    def after(self, stage: str) -> str:
        """The stage that follows when one is done and nothing speaks against it."""
        return self.stages[self.stages.index(stage) + 1]


@dataclass(frozen=True)
class Verdict:
    """What check 2 comes to.

    Attributes:
        stage: where the case goes: accepted, back to the marking pass, or to the adjudicator.
        between: how far the two opinions agree with each other.
        of_marking: how far the marking agrees with each opinion.
        sentence: why.
    """

    stage: str
    between: Agreement
    of_marking: tuple[Agreement, ...]
    sentence: str

    @property
    def share_of_marking(self) -> float:
        """The lower of the marking's agreements with the opinions."""
        return min(one.share for one in self.of_marking)


def verdict(plan: Plan, marking: Marking, opinions: Sequence[Marking], sizes: Sizes, rounds: int) -> Verdict:
    """Check 2 (section 2.5.3.2): two blind opinions against each other and against the marking.

    Where the opinions differ in a single finding, the adjudicator decides. Where they agree, a marking below
    90 % goes back; after three rounds it goes to the adjudicator as well.

    Args:
        plan: of the project.
        marking: of the marking pass.
        opinions: two of them.
        sizes: rows and columns of the images.
        rounds: how often the case was marked.

    Raises:
        HilumError: there are not two opinions.
    """
    if len(opinions) != 2:
        raise HilumError("check 2 needs two opinions")
    between = compare(opinions[0], opinions[1], sizes, plan.overlap)
    of_marking = tuple(compare(marking, opinion, sizes, plan.overlap) for opinion in opinions)
    if between.share < 1:
        return Verdict(
            ADJUDICATION, between, of_marking, "the two opinions differ, so the adjudicator decides"
        )
    if all(one.passes for one in of_marking):
        return Verdict(ACCEPTED, between, of_marking, "marking and opinions agree")
    if rounds >= MOST_ROUNDS:
        told = f"the marking was below 90 % in {rounds} rounds, so the adjudicator decides"
        return Verdict(ADJUDICATION, between, of_marking, told)
    told = "the marking agrees with the opinions in less than 90 % of the findings, so it is done again"
    return Verdict(plan.marking_stage, between, of_marking, told)


@dataclass(frozen=True)
class Candidate:
    """A person who could be given work.

    Attributes:
        id: of the person.
        rights: names of rights.
        open: how many cases wait at that person.
        given: how many that person was ever given.
        trained: passed basic and advanced course of the data set.
    """

    id: int
    rights: frozenset[str]
    open: int = 0
    given: int = 0
    trained: bool = False


def may_do(plan: Plan, stage: str, person: Candidate) -> bool:
    """Whether a person may do a stage at all.

    Example:
        >>> kim = Candidate(1, frozenset({"mark_lesions"}))
        >>> may_do(Plan("CCT"), SECOND, kim), may_do(Plan("CCT", training_needed=False), SECOND, kim)
        (False, True)
    """
    if plan.right(stage) not in person.rights:
        return False
    needs_training = plan.training_needed and plan.right(stage) == "mark_lesions"
    return person.trained or not needs_training


def choose_person(
    plan: Plan, stage: str, people: Sequence[Candidate], done_by: Mapping[str, Collection[int]]
) -> int | None:
    """Who gets a case: whoever may, has no part in what is to be judged, and has the least open.

    Nobody gives both opinions, an opinion on an own marking, or decides on own opinions. Whoever drew the
    first lines does another part of the case only where nobody else can, and specialists do the work of
    annotators only where no annotator can.

    Args:
        plan: of the project.
        stage: that is to be done.
        people: who could.
        done_by: who did what in this case, by stage.

    Returns:
        The person; None where there is none.

    Example:
        >>> people = [Candidate(1, frozenset({"mark_first"}), 3), Candidate(2, frozenset({"mark_first"}), 1)]
        >>> choose_person(Plan("XRY"), FIRST, people, {})
        2
    """
    barred: set[int] = set()
    if stage in (OPINION, ADJUDICATION):
        barred = {*done_by.get(OPINION, ()), *done_by.get(plan.marking_stage, ())}
    able = [one for one in people if one.id not in barred and may_do(plan, stage, one)]
    if not able:
        return None
    lines = set(done_by.get(FIRST, ()))
    for_annotators = plan.right(stage) == "mark_lesions"

    def worse(one: Candidate) -> tuple[bool, bool, int, int, int]:
        spared = for_annotators and "mark_first" in one.rights
        return one.id in lines, spared, one.open, one.given, one.id

    return min(able, key=worse).id
