"""Images that are copies of each other."""

from collections.abc import Iterator, Sequence
from typing import Literal

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding
from hilum.cohorts.near_duplicates import CopyGroup

_LEARNT_FROM = {"train", "validation"}
_ADVICE = "results on them would be too good; keep copies in one part"


def look(what: Look) -> Iterator[Finding]:
    """Find identical and near-identical images, across parts and within one.

    A copy in a part that results are reported for is serious. One in train and validation alone makes the
    choice of epoch and threshold a little too sure of itself and no reported result wrong: a warning.
    """
    part_of = dict(zip(what.cohort.cases["case"], what.cohort.cases["part"], strict=True))
    parts = {group: {part_of[case] for case in group.cases} for group in what.copies}
    across = [group for group in what.copies if len(parts[group]) > 1]
    serious = [group for group in across if not parts[group] <= _LEARNT_FROM]
    chosen_on = [group for group in across if parts[group] <= _LEARNT_FROM]
    for code, same in (("identical_across_parts", True), ("near_identical_across_parts", False)):
        kind = "identical" if same else "near-identical"
        if groups := [group for group in serious if group.identical is same]:
            words = counted(len(groups), f"group of {kind} images lies", f"groups of {kind} images lie")
            yield _finding(code, "serious", f"{words} across parts: {_ADVICE}", groups)
    if chosen_on:
        words = counted(len(chosen_on), "group of copies lies", "groups of copies lie")
        text = (
            f"{words} in both train and validation: the choice of epoch and threshold leans on them; results "
            "on other parts are not affected"
        )
        yield _finding("copies_in_validation", "warning", text, chosen_on)
    yield from _within(what, [group for group in what.copies if len(parts[group]) == 1])
    if what.copies.unreadable:
        unread = what.copies.unreadable
        words = counted(len(unread), "image cannot be read and is", "images cannot be read and are")
        yield Finding(
            "unreadable_image", "warning", f"{words} left out of training and reading", len(unread), unread
        )


def _within(what: Look, within: Sequence[CopyGroup]) -> Iterator[Finding]:
    if not within:
        return
    patient_of = dict(zip(what.cohort.cases["case"], what.cohort.cases["patient"], strict=True))
    words = counted(len(within), "group of copies lies", "groups of copies lie")
    strangers = sum(len({patient_of[case] for case in group.cases}) > 1 for group in within)
    of_several = f"; in {strangers} of them the copies belong to different patients" if strangers else ""
    yield _finding(
        "copies_within_part",
        "warning",
        f"{words} within a part: copies count more than once{of_several}",
        within,
    )


def _finding(
    code: str, level: Literal["serious", "warning"], text: str, groups: Sequence[CopyGroup]
) -> Finding:
    cases = tuple(case for group in groups for case in group.cases)
    return Finding(code, level, text, len(groups), cases)


CHECK = Check(
    "copies",
    "No image is a copy of another one, least of all of one in another part.",
    (
        "identical_across_parts",
        "near_identical_across_parts",
        "copies_in_validation",
        "copies_within_part",
        "unreadable_image",
    ),
    look,
)
