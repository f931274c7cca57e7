"""Which class is the positive one, and what a reader's decision means."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.tables import nearest

NEGATIVE_WORDS = frozenset(
    {"normal", "negative", "neg", "control", "0", "false", "no", "정상", "음성", "대조군", "정상군"}
)
POSITIVE_WORDS = frozenset({"abnormal", "positive", "pos", "1", "true", "yes", "비정상", "양성"})


def positive_class(classes: Sequence[str], named: str | None = None) -> str:
    """The positive one of two classes.

    The one that is not normal, negative, control or 0 (정상, 음성), unless named.

    Raises:
        ReadingsError: the named class does not exist, or the names do not tell and none was named.

    Example:
        >>> positive_class(["normal", "pneumonia"]), positive_class(["정상", "폐렴"])
        ('pneumonia', '폐렴')
        >>> positive_class(["bacteria", "virus"], named="virus")
        'virus'
    """
    if named is not None:
        if named in classes:
            return named
        near = nearest(named, classes)
        hint = f"did you mean `{near}`" if near else f"name one of {', '.join(classes)}"
        raise ReadingsError(f"the positive class `{named}` is not among the labels: {hint}")
    negative = [name for name in classes if name.casefold() in NEGATIVE_WORDS]
    if len(classes) == 2 and len(negative) == 1:
        return classes[1] if classes[0] == negative[0] else classes[0]
    raise ReadingsError(
        f"the labels {' and '.join(classes)} do not say which is the positive one: name it as `positive`"
    )


def ordered_classes(labels: Iterable[str], positive: str | None = None) -> tuple[str, ...]:
    """Distinct labels in order of their names, numbers by size; of two classes the positive one last.

    Example:
        >>> ordered_classes(["pneumonia", "normal", ""], positive="pneumonia")
        ('normal', 'pneumonia')
        >>> ordered_classes(["10", "9"])
        ('9', '10')
    """
    found = sorted({label for label in labels if label}, key=_natural)
    if positive in found and len(found) == 2:
        found = [name for name in found if name != positive] + [positive]
    return tuple(found)


def _natural(label: str) -> tuple[int, float, str]:
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def decisions_as_numbers(
    decisions: Sequence[str], classes: Sequence[str], positive: str, reader: str
) -> NDArray[np.float64]:
    """A reader's decisions as 1 (positive), 0 (negative), NaN (none).

    By the classes' names, else by 0/1, yes/no.

    Raises:
        ReadingsError: a decision is neither a class nor a common word for positive or negative.

    Example:
        >>> decisions_as_numbers(["1", "0", ""], ("normal", "pneumonia"), "pneumonia", "product")
        array([ 1.,  0., nan])
    """
    meaning = {"": np.nan}
    meaning |= dict.fromkeys(NEGATIVE_WORDS, 0.0) | dict.fromkeys(POSITIVE_WORDS, 1.0)
    meaning |= {name.casefold(): float(name == positive) for name in classes}
    folded = [decision.casefold() for decision in decisions]
    unknown = sorted({word for word in folded if word not in meaning})
    if unknown:
        raise ReadingsError(
            f"the decision `{unknown[0]}` of {reader} is none of the classes {', '.join(classes)}: write "
            "the class, or 1 and 0"
        )
    return np.array([meaning[word] for word in folded], dtype=np.float64)
