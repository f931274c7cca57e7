"""What a proposed task is: keys of the study file, columns to make first, facts for the sentence, doubts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hilum.serving.proposing.making import Making

DOUBTS = {
    "unit": "the heading does not say whether the times are days, months or years",
    "coding": "the numbers do not say which one means that it happened",
    "pair": "there are several times or events, and it is not certain which belong together",
    "censored": "the heading speaks of censoring: 1 may mean that nothing happened",
    "dates": "the dates are not written with the year first and cannot be read",
    "start": "several dates could be the beginning",
    "positive": "the classes do not say which one is positive",
    "several": "several columns could hold the answer",
    "heading": "the heading does not say that this is the question",
}


@dataclass(frozen=True)
class TaskProposal:
    """A question that a table, or a folder, can answer.

    Attributes:
        kind: `survival`, `classification`, `findings` or `regression`.
        keys: The keys of `[task]`.
        makings: Columns that must be made from the table's own first.
        facts: What the sentence about it names.
        doubts: Codes of `DOUBTS`; empty where it is plain.
    """

    kind: str
    keys: Mapping[str, Any]
    makings: tuple[Making, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.doubts

    @property
    def sentence(self) -> str:
        """The question in words.

        Example:
            >>> TaskProposal("regression", {"value": "age"}, facts={"value": "age"}).sentence
            'a number: the column `age`'
        """
        return _SENTENCES[self.kind](self.facts)


def _survival(facts: Mapping[str, Any]) -> str:
    if "start" in facts:
        columns = f"from `{facts['start']}` to `{facts['event']}` or `{facts['last']}`"
    else:
        columns = f"the columns `{facts['time']}` ({facts['unit']}) and `{facts['event']}`"
    return f"time to {facts['about']}, read at {facts['days']} days: {columns}"


def _classes(facts: Mapping[str, Any]) -> str:
    where = f"the column `{facts['label']}`" if facts.get("label") else "the sub-folders' names"
    positive = f", `{facts['positive']}` counts as positive" if facts.get("positive") else ""
    return f"which of {len(facts['classes'])} classes: {where}{positive}"


def _findings(facts: Mapping[str, Any]) -> str:
    return f"{len(facts['findings'])} findings, each there or not: {', '.join(facts['findings'])}"


def _number(facts: Mapping[str, Any]) -> str:
    return f"a number: the column `{facts['value']}`"


_SENTENCES = {
    "survival": _survival,
    "classification": _classes,
    "findings": _findings,
    "regression": _number,
}
