"""Who may open a marking again that was handed in, and what stands or falls with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hilum.annotation.passes import ADJUDICATION, FIRST, OPINION, TRAINING, Plan


@dataclass(frozen=True)
class CaseMarking:
    """A marking of a case.

    Attributes:
        id: its number.
        stage: the pass.
        round: how often the case had been marked by then.
        person: who made it; None for what was read in.
        state: open, submitted or withdrawn.
    """

    id: int
    stage: str
    round: int
    person: int | None
    state: str


def built_on(plan: Plan, marking: CaseMarking, others: Sequence[CaseMarking]) -> list[CaseMarking]:
    """The markings of a case that were given out because of this one, or that show it.

    Opinions are blind: they are built on nobody's marking, and stay when it is mended.

    Args:
        plan: of the project.
        marking: one of the case.
        others: all of the case.

    Example:
        >>> lines = CaseMarking(1, "first", 1, 7, "submitted")
        >>> outline = CaseMarking(2, "second", 1, 8, "open")
        >>> [one.id for one in built_on(Plan("CCT"), lines, [lines, outline])]
        [2]
    """
    found = []
    for one in others:
        if one.id == marking.id:
            continue
        again = one.stage == plan.marking_stage and one.round > marking.round
        if (
            (marking.stage == FIRST and one.stage == plan.marking_stage and plan.marking_stage != FIRST)
            or (marking.stage == OPINION and again)
            or (marking.stage in (plan.marking_stage, OPINION) and one.stage == ADJUDICATION)
        ):
            found.append(one)
    return found


def why_not_reopened(
    plan: Plan,
    marking: CaseMarking,
    others: Sequence[CaseMarking],
    *,
    leads: bool,
    checked: bool,
    in_course: bool,
) -> str | None:
    """Why a marking cannot be opened again; None where it can.

    Args:
        plan: of the project.
        marking: that shall be opened.
        others: all markings of the case.
        leads: whoever asks gives the work out, or adjudicates the case; else it is the author.
        checked: check 2 was done with it already.
        in_course: its case serves for training.

    Example:
        >>> lines = CaseMarking(1, "first", 1, 7, "submitted")
        >>> why_not_reopened(Plan("CCT"), lines, [lines], leads=False, checked=False, in_course=False)
    """
    if marking.stage == TRAINING:
        return "a case of training is not opened again: begin the course again"
    if marking.state != "submitted":
        return "this marking is not handed in, so there is nothing to open again"
    if in_course:
        return "this case serves for training: take it out of the course first"
    if any(
        one.stage == marking.stage and one.round > marking.round for one in others if one.stage != OPINION
    ):
        return "the case was marked again since: open the later marking"
    if any(one.state == "submitted" for one in built_on(plan, marking, others)):
        return "a later pass that is built on it was handed in: open that one first"
    if leads:
        return None
    seen = marking.stage == plan.marking_stage and any(
        one.stage == OPINION and one.state == "submitted" for one in others
    )
    if checked or seen:
        return "somebody has checked it already: ask whoever gives the work out to open it again"
    return None
