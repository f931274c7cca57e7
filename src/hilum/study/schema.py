"""The whole study: question, cohort, parts and readers, and what must hold between them."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hilum.study.cohort_options import CohortOptions, SplitOptions
from hilum.study.evaluation_options import EvaluationTable
from hilum.study.explanation_options import Explanation
from hilum.study.preparation_options import Preparation
from hilum.study.reader_options import ReaderOptions
from hilum.study.tasks import (
    KEYS_OF_REFUSED_KINDS,
    KINDS,
    REFUSED_KINDS,
    TASKS,
    Options,
    Task,
)
from hilum.study.words import did_you_mean, hint, listed

_TRUTH_IN_WORDS = {"survival": "outcomes", "findings": "findings", "regression": "numbers"}


class Study(Options):
    """A study as its file says it, with what was left out filled in.

    Args:
        version: The version of the study file's language: 1.
        title: The question as a sentence.
        cohort: Images, table and criteria.
        task: What is to be told from the image.
        split: Parts and external cohorts.
        preparation: What is done to every image before a model reads it.
        readers: Who gives an opinion; may be empty for a study that is only checked.
        evaluation: How the readers are compared.
        explanation: What is shown of how a model came to its answer.

    Example:
        >>> study = Study(cohort={"images": "films"}, readers=[{"model": "resnet18"}])
        >>> study.task.kind, study.readers[0].resolved_name
        ('classification', 'resnet18')
    """

    version: Literal[1] = 1
    title: Annotated[str, Field(max_length=500)] = ""
    cohort: CohortOptions
    task: Task
    split: SplitOptions = Field(default_factory=SplitOptions)
    preparation: Preparation = Field(default_factory=Preparation)
    readers: Annotated[tuple[ReaderOptions, ...], Field(strict=False, max_length=100)] = ()
    evaluation: EvaluationTable = Field(default_factory=EvaluationTable)
    explanation: Explanation = Field(default_factory=Explanation)

    @model_validator(mode="before")
    @classmethod
    def _say_the_kind(cls, data: Any) -> Any:
        """Fill in `kind` where the other keys of [task] say it."""
        if not isinstance(data, dict):
            return data
        task = data.get("task", {})
        if isinstance(task, dict):
            data = {**data, "task": {"kind": _kind_of(task), **task}}
            _refuse_unbuilt(data["task"])
        return data

    @model_validator(mode="after")
    def _has_a_truth(self) -> Self:
        """A class comes from a column or from the images' sub-folders; all else only from a table."""
        if self.task.kind != "classification" and self.cohort.table is None:
            raise ValueError(
                f"[task] asks for {self.task.kind}, but [cohort] names no table: add table = with the "
                f"{_TRUTH_IN_WORDS[self.task.kind]}"
            )
        if (
            self.task.kind == "classification"
            and self.task.label is None
            and self.cohort.images in (None, "archive")
        ):
            raise ValueError(
                "[task] names no column with the class: add label = with its name (only a folder of images "
                "can have "
                "the labels as its sub-folders)"
            )
        if self.split.parts_column is not None and self.cohort.table is None:
            raise ValueError(
                "[split] has `parts_column`, but [cohort] names no table that could hold that column"
            )
        return self

    @model_validator(mode="after")
    def _has_parts_to_train_on(self) -> Self:
        models = [reader for reader in self.readers if reader.model is not None]
        if models and self.cohort.images is None:
            raise ValueError(
                f"the reader `{models[0].resolved_name}` reads images, but [cohort] names no `images`"
            )
        for part in ("train", "validation"):
            if models and self.split.parts_column is None and part not in self.split.parts:
                raise ValueError(
                    f"[split] has no part `{part}`, which training needs: write parts = "
                    "{ train = 0.8, validation = 0.1, test = 0.1 }"
                )
        return self

    @model_validator(mode="after")
    def _has_readers_that_can_answer(self) -> Self:
        """Several findings are more than one number a case, and a mean of numbers is not a combination."""
        many = self.task.kind == "findings"
        if not many and self.task.kind != "regression":
            return self
        asked = "several findings" if many else "a number"
        for reader in self.readers:
            if reader.combine is not None:
                raise ValueError(
                    f"the reader `{reader.resolved_name}` combines others, and [task] asks for "
                    f"{asked}: readers "
                    "are combined for two classes and for survival; leave it out"
                )
            if many and reader.score is not None:
                raise ValueError(
                    f"the reader `{reader.resolved_name}` is a clinical score, which gives one "
                    "number a case, and "
                    "[task] asks for several findings: leave it out, or ask for one class with label ="
                )
            if not many and (reader.threshold is not None or reader.threshold_rule is not None):
                raise ValueError(
                    f"the reader `{reader.resolved_name}` has a threshold, and [task] asks for a "
                    "number, which "
                    "has none: leave it out"
                )
        return self

    @model_validator(mode="after")
    def _compares_known_readers(self) -> Self:
        names = [reader.resolved_name for reader in self.readers]
        named = [*self.evaluation.recalibrate, *filter(None, [self.evaluation.comparator])]
        for name in named:
            if name not in names and name != "*":
                near = hint(name, names, "readers")
                raise ValueError(f"[evaluation] names the reader `{name}`, which is not there: {near}")
        return self

    @model_validator(mode="after")
    def _tells_readers_apart(self) -> Self:
        names = [reader.resolved_name for reader in self.readers]
        taken = names + [f"{r.resolved_name}-ensemble" for r in self.readers if r.repeats > 1]
        for name in taken:
            if sum(other.casefold() == name.casefold() for other in taken) > 1:
                raise ValueError(f"two [[readers]] are called `{name}`: give one of them another name = ")
        single = [reader.resolved_name for reader in self.readers if reader.combine is None]
        for reader in self.readers:
            for name in reader.combine or ():
                if name not in single:
                    raise ValueError(
                        f"combine names the reader `{name}`, which is not there: "
                        f"{hint(name, single, 'readers')}"
                    )
            if reader.combine is not None and len(set(reader.combine)) != len(reader.combine):
                raise ValueError(
                    f"the reader `{reader.resolved_name}` combines a reader with itself: name each once"
                )
        return self


def _kind_of(task: dict[str, Any]) -> str:
    """The kind of task that its keys say; classification where they say nothing."""
    for key, kind in KEYS_OF_REFUSED_KINDS.items():
        if key in task:
            return kind
    keys = {str(each.model_fields["kind"].default): set(each.model_fields) - {"kind"} for each in TASKS}
    known = sorted(set().union(*keys.values()))
    meant = {key if key in known else did_you_mean(key, known) for key in task}
    return next(
        (kind for kind, own in keys.items() if kind != "classification" and meant & own), "classification"
    )


def _refuse_unbuilt(task: dict[str, Any]) -> None:
    kind = task["kind"]
    if kind in REFUSED_KINDS:
        raise ValueError(f"the task kind `{kind}` is not available yet: use {listed(KINDS)}")
    if kind not in KINDS:
        raise ValueError(
            f"unknown kind `{kind}` in [task]: {hint(str(kind), (*KINDS, *REFUSED_KINDS), 'kinds')}"
        )
