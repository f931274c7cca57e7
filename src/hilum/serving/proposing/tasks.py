"""Which question a table or a folder can answer, with why, and what else it could."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hilum.serving.proposing.coding import coding_of
from hilum.serving.proposing.columns import ColumnGuess
from hilum.serving.proposing.making import Making
from hilum.serving.proposing.proposal import TaskProposal
from hilum.serving.proposing.survival import propose_survival

if TYPE_CHECKING:
    import pandas as pd

_MOST = 12
_NO_QUESTION = frozenset(
    {"patient", "accession", "image", "part", "site", "sex", "view", "scanner", "birth", "person", "phone"}
    | {"address", "national number", "start date", "last date", "death date"}
)


def propose_tasks(
    columns: Sequence[ColumnGuess],
    table: "pd.DataFrame | None" = None,
    labels: Sequence[str] = (),
    title: str = "",
) -> tuple[TaskProposal, ...]:
    """The questions that can be asked, the likeliest first.

    Args:
        columns: What each column of the table seems to hold; none without a table.
        table: The table itself, for the length of follow-up.
        labels: The sub-folders of the images, when they can be labels.
        title: The study's question as a sentence.

    Returns:
        At most twelve proposals. The first is to be taken without asking only where it is `sure`.

    Example:
        >>> import pandas as pd
        >>> from hilum.serving.proposing.columns import guess_columns
        >>> table = pd.DataFrame({"id": ["a", "b", "c"], "days": [3, 40, 50], "died": [1, 0, 0]})
        >>> first = propose_tasks(guess_columns(table), table, title="30-day mortality")[0]
        >>> first.sentence, first.sure
        ('time to death, read at 30 days: the columns `days` (days) and `died`', True)
    """
    from hilum.study.values import numbers_of

    stamps = [each.name for each in columns if each.role == "time"]
    times = {} if table is None else {name: numbers_of(table[name]) for name in stamps}
    survival = propose_survival(columns, times, title)
    in_survival = {str(each.facts.get("event")) for each in survival}
    findings = _findings(columns)
    classes = _classifications(columns, in_survival)
    numbers = _numbers(columns)
    folders = [_of_folders(labels)] if len(labels) > 1 else []
    named = [each for each in (*findings, *classes, *numbers) if "heading" not in each.doubts]
    rest = [each for each in (*findings, *classes, *numbers) if "heading" in each.doubts]
    found = [*survival, *named, *folders, *rest]
    if not survival and len([each for each in named if each.kind != "findings"]) > 1 and not findings:
        found = [_doubting(each, "several") if each in named else each for each in found]
    return tuple(found[:_MOST])


def _findings(columns: Sequence[ColumnGuess]) -> list[TaskProposal]:
    flags = [each for each in columns if each.role == "finding" and each.coding is not None]
    if len(flags) < 2:
        return []
    names, makings, doubts = [], [], set()
    for each in flags:
        coding = each.coding
        assert coding is not None
        if coding.plain and not coding.competing:
            names.append(each.name)
            continue
        names.append(f"{each.name} (0/1)")
        makings.append(Making(names[-1], "coded", (each.name,), coding.numbers))
        doubts |= set() if coding.sure else {"coding"}
    keys = {"kind": "findings", "findings": names}
    facts = {"findings": [each.name for each in flags]}
    return [TaskProposal("findings", keys, tuple(makings), facts, tuple(doubts))]


def _classifications(columns: Sequence[ColumnGuess], in_survival: set[str]) -> list[TaskProposal]:
    """Columns with classes: those whose heading says so first."""
    several = sum(each.role == "finding" for each in columns) > 1
    found = [
        _of_classes(each, named=each.role in {"label", "event", "finding"})
        for each in columns
        if each.kind in {"flag", "class"}
        and each.role not in _NO_QUESTION
        and each.distinct >= 2
        and not (several and each.role == "finding")
    ]
    # What happens in time is asked with its time where there is one; as a class it comes last.
    late = [each for each in found if each.facts["label"] in in_survival]
    return [each for each in found if "heading" not in each.doubts and each not in late] + [
        each if "heading" in each.doubts else _doubting(each, "heading")
        for each in [*[e for e in found if "heading" in e.doubts and e not in late], *late]
    ]


def _of_classes(column: ColumnGuess, *, named: bool) -> TaskProposal:
    classes = [value for value, _ in column.values]
    positive, sure = _positive(column, classes)
    keys = {"kind": "classification", "label": column.name} | ({"positive": positive} if positive else {})
    facts = {"label": column.name, "classes": classes, "positive": positive}
    doubts = (() if named else ("heading",)) + (() if sure else ("positive",))
    return TaskProposal("classification", keys, (), facts, doubts)


def _positive(column: ColumnGuess, classes: Sequence[str]) -> tuple[str, bool]:
    """The positive class, and whether it is certain; more than two need none."""
    if column.distinct > 2:
        return "", True
    coding = column.coding or coding_of(classes)
    if coding is not None and len(coding.yes) == 1:
        return coding.yes[0], coding.sure
    return _unlike_normal(classes)


def _unlike_normal(classes: Sequence[str]) -> tuple[str, bool]:
    from hilum.evaluation.inputs.classes import NEGATIVE_WORDS

    negative = [
        each for each in classes if each.casefold() in NEGATIVE_WORDS | {"benign", "healthy", "양성", "건강"}
    ]
    rest = [each for each in classes if each not in negative]
    return (rest[0], True) if len(negative) == 1 and len(rest) == 1 else (rest[-1] if rest else "", False)


def _of_folders(labels: Sequence[str]) -> TaskProposal:
    positive, sure = ("", True) if len(labels) > 2 else _unlike_normal(labels)
    if len(labels) == 2 and not sure and (coding := coding_of(labels)) is not None and len(coding.yes) == 1:
        positive, sure = coding.yes[0], coding.sure
    keys = {"kind": "classification"} | ({"positive": positive} if positive else {})
    facts = {"label": "", "classes": list(labels), "positive": positive}
    return TaskProposal("classification", keys, (), facts, () if sure else ("positive",))


def _numbers(columns: Sequence[ColumnGuess]) -> list[TaskProposal]:
    found = [
        TaskProposal(
            *("regression", {"kind": "regression", "value": each.name}, ()),
            {"value": each.name, "unit": each.unit},
            () if each.role == "value" else ("heading",),
        )
        for each in columns
        if each.kind == "number"
        and each.role in {"value", "", "age", "time"}
        and each.distinct > 5
        and not each.private
    ]
    return sorted(found, key=lambda proposal: len(proposal.doubts))


def _doubting(proposal: TaskProposal, doubt: str) -> TaskProposal:
    return TaskProposal(
        proposal.kind, proposal.keys, proposal.makings, proposal.facts, tuple({*proposal.doubts, doubt})
    )
