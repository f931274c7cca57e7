"""Turns of phrase that the answers share."""

from hilum.evaluation import Comparison, Measure
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import count, estimate, number, p_value
from hilum.reporting.labels import in_sentence
from hilum.reporting.names_of_tests import TESTS, name_of_test

PARTS = {"test": "the test part", "validation": "the validation part", "train": "the training part"}


def where(part: str) -> str:
    """A part in running text.

    Example:
        >>> where("test"), where("cohort B")
        ('the test part', 'cohort B')
    """
    return PARTS.get(part, part)


def value_words(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """An estimate, with its interval where there is one."""
    return estimate(value, low, high)


def interval_to(low: float, high: float) -> str:
    """Limits joined by "to", as in running text.

    Example:
        >>> interval_to(0.07, 0.13)
        '0.07 to 0.13'
    """
    return f"{number(low)} to {number(high)}"


def difference_words(row: Comparison, lead: Measure | None = None) -> str:
    """The difference with its interval and test; says so where it rests on fewer cases than the estimates."""
    assert row.difference is not None
    fewer = lead is not None and row.n < lead.n
    shared = f" on the {count(row.n)} cases that both read" if fewer else ""
    text = f"difference{shared} {number(row.difference)}"
    if row.low is not None and row.high is not None:
        text += f", 95 % CI {interval_to(row.low, row.high)}"
    if row.p is not None:
        name = name_of_test(row.method)
        test = name if name in TESTS.values() else ""
        text += f"; {test + ' ' if test else ''}{p_value(row.p)}"
    return text


def named_measure(endpoint: Endpoint, article: str = "a") -> str:
    """The measure with its article.

    Example:
        >>> named_measure(Endpoint("auroc", None, "AUROC"))
        'an AUROC'
    """
    if article == "a" and endpoint.label[0] in "AEIOU":
        article = "an"
    return f"{article} {in_sentence(endpoint.label)}"


def capital(text: str) -> str:
    """A sentence's beginning; names that begin in lower case (resnet18, small_cnn) stay as they are."""
    return text[:1].upper() + text[1:] if text.split(" ", 1)[0].isalpha() and " " in text else text


def percent(value: float | None, low: float | None, high: float | None) -> str:
    """A share with its interval in percent, as in running text.

    Example:
        >>> percent(0.824, 0.77, 0.869), percent(0.5, None, None)
        ('82 % (77\u201387 %)', '50 %')
    """
    if value is None:
        return ""
    whole = f"{100 * value:.0f} %"
    return whole if low is None or high is None else f"{whole} ({100 * low:.0f}\u2013{100 * high:.0f} %)"
