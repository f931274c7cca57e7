"""Images that are copies of each other."""

from collections.abc import Iterator, Sequence

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding
from hilum.cohorts.near_duplicates import CopyGroup


def look(what: Look) -> Iterator[Finding]:
    """Find identical and near-identical images, across parts and within one."""
    part_of = dict(zip(what.cohort.cases["case"], what.cohort.cases["part"], strict=True))
    patient_of = dict(zip(what.cohort.cases["case"], what.cohort.cases["patient"], strict=True))
    across = [group for group in what.copies if len({part_of[case] for case in group.cases}) > 1]
    within = [group for group in what.copies if len({part_of[case] for case in group.cases}) == 1]
    advice = "results on them would be too good; keep copies in one part"
    identical = [group for group in across if group.identical]
    if identical:
        words = counted(len(identical), "group of identical images lies", "groups of identical images lie")
        yield _finding("identical_across_parts", "serious", f"{words} across parts: {advice}", identical)
    near = [group for group in across if not group.identical]
    if near:
        words = counted(
            len(near), "group of near-identical images lies", "groups of near-identical images lie"
        )
        yield _finding("near_identical_across_parts", "serious", f"{words} across parts: {advice}", near)
    if within:
        words = counted(len(within), "group of copies lies", "groups of copies lie")
        strangers = sum(len({patient_of[case] for case in group.cases}) > 1 for group in within)
        of_several = f"; in {strangers} of them the copies belong to different patients" if strangers else ""
        text = f"{words} within a part: copies count more than once{of_several}"
        yield _finding("copies_within_part", "warning", text, within)
    if what.copies.unreadable:
        unread = what.copies.unreadable
        words = counted(len(unread), "image cannot be read and is", "images cannot be read and are")
        yield Finding(
            "unreadable_image", "warning", f"{words} left out of training and reading", len(unread), unread
        )


def _finding(code: str, level: str, text: str, groups: Sequence[CopyGroup]) -> Finding:
    cases = tuple(case for group in groups for case in group.cases)
    return Finding(code, "serious" if level == "serious" else "warning", text, len(groups), cases)


CHECK = Check(
    "copies",
    "No image is a copy of another one, least of all of one in another part.",
    ("identical_across_parts", "near_identical_across_parts", "copies_within_part", "unreadable_image"),
    look,
)
