"""Warnings said once: what holds alike for several readers, parts or findings becomes one sentence."""

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hilum.evaluation.results import Notice

# What makes numbers wrong or keeps them away stands first; what only explains them stands last.
MOST_SERIOUS = (
    "reversed_direction",
    "immortal_time",
    "event_on_day_zero",
    "perhaps_another_unit",
    "risk_falls_with_time",
    "infinite_score",
    "impossible_time",
    "unknown_cases",
    "other_patient",
    "other_part",
    "part_name",
    "unreadable_mask",
    "other_grid",
    "unknown_labels",
    "findings_without_truth",
    "findings_not_read",
    "unknown_class",
    "unknown_images",
    "images_not_in_truth",
    "duplicate_marks",
    "no_events",
    "no_events_by_horizon",
    "horizon_not_reached",
    "one_class",
    "no_lesions",
    "few_cases",
    "cases_without_reading",
    "cases_without_marks",
    "no_threshold",
    "no_recalibration",
    "margin_refused",
    "few_events",
    "few_readers",
)
LEAST_SERIOUS = (
    "small_subgroups",
    "patients_unknown",
    "several_cases_of_a_patient",
    "several_structures",
    "repeated_training",
    "pooled_scores",
    "recalibrated_cohort",
    "subgroups_of_averages",
    "smoothed_on_a_sample",
    "screened_at_random",
    "bca_grouped",
    "understood",
    "ignored_columns",
    "unused_option",
)
PLURALS = {"has": "have", "gives": "give", "tends": "tend", "is": "are", "leaves": "leave", "names": "name"}
SINGULARS = {"are": "is", "were": "was", "have": "has", "name": "names", "lie": "lies"}
AFTERWARDS = {
    " of cases that": " of a case that",
    " hold no": " holds no",
    " exact copies": " an exact copy",
    "; they count": "; it counts",
    "; they are": "; it is",
    "; their images are": "; its image is",
    " as images": " as an image",
    ": they cannot": ": it cannot",
}
_NOUNS = "case|row|reading|mark|image|mask|value|patient|doctor|time|finding"
_ONE_OF_MANY = re.compile(rf"(?<![\w.,=])1 ((?:[a-z]+ )?(?:{_NOUNS}))s\b")
_ONE = re.compile(rf"(?<![\w.,=])1 (?:[a-z]+ )?(?:{_NOUNS})\b")
SEVERAL_PARTS = 2
MOST_NAMES = 8
_Shape = tuple[str, ...]


@dataclass(frozen=True)
class _Form:
    """A warning with names, and perhaps its number, taken out of the text."""

    shape: _Shape
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    number: int | None = None

    @property
    def label(self) -> str:
        name = ", ".join(self.names)
        return name if self.number is None else f"{name}: {self.number:,}"


def joined_notices(
    notices: Sequence[Notice],
    readers: Sequence[str],
    parts: Sequence[str],
    findings: Sequence[str] = (),
    *,
    briefly: bool = False,
) -> tuple[Notice, ...]:
    """Warnings of one code and one text but for a name become one warning; the most serious come first.

    A name is that of a reader, a part, a finding or a class. The number of cases is the same for all that are
    joined, unless `briefly` lets it differ too: then it stands beside each name, and is that of the first.

    Args:
        notices: As they were written down.
        readers: Names of all readers.
        parts: Names of all parts.
        findings: Names of findings or classes.
        briefly: Whether the number of cases may differ, and of many names only the first are given.

    Example:
        >>> few = "{} cases of {} have no label; they are left out"
        >>> notices = [Notice("unknown_label", few.format(n, part), n) for n, part in ((3, "test"), (5, "B"))]
        >>> joined_notices(notices, [], ["test", "B"], briefly=True)[0].text
        '3 cases of test have no label; they are left out (likewise B: 5)'
        >>> tired = [Notice("few", f"{name} has few cases") for name in ("cnn", "vuno", "curb65")]
        >>> joined_notices(tired, ["cnn", "vuno", "curb65"], [])[0].text
        'cnn, vuno and curb65 have few cases'
    """
    named = {"reader": tuple(readers), "part": tuple(parts), "finding": tuple(findings)}
    every = tuple(dict.fromkeys(_one_is_singular(notice) for notice in notices))
    forms = {notice: tuple(_forms(notice, named, briefly=briefly)) for notice in every}
    alike = _by_shape(forms)
    joined: list[tuple[int, Notice]] = []
    gone: set[Notice] = set()
    for place, first in enumerate(every):
        if first not in gone:
            together = _largest_group(first, forms[first], alike, gone)
            joined.append((place, _join(together, briefly=briefly)))
            gone.update(notice for notice, _ in together)
    return tuple(notice for _, notice in sorted(joined, key=lambda pair: (_rank(pair[1].code), pair[0])))


def and_list(names: Sequence[str]) -> str:
    """Names as a sentence lists them; by semicolons where a name has a comma itself.

    Example:
        >>> and_list(["a", "b", "c"]), and_list(["Kim, alone", "Lee, alone"])
        ('a, b and c', 'Kim, alone; Lee, alone')
    """
    if any("," in name for name in names):
        return "; ".join(names)
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _one_is_singular(notice: Notice) -> Notice:
    """`1 cases … are` as `1 case … is`."""
    text = _ONE_OF_MANY.sub(r"1 \1", notice.text)
    if text == notice.text:
        return notice
    head, found, tail = text.partition(next(found[0] for found in _ONE.finditer(text)))
    for many, one in SINGULARS.items():
        tail = re.sub(rf"(^[^,;:]*?)\b{many}\b", rf"\g<1>{one}", tail, count=1)
    for many, one in AFTERWARDS.items():
        tail = tail.replace(many, one, 1)
    return dataclasses.replace(notice, text=f"{head}{found}{tail}")


def _rank(code: str) -> int:
    if code in MOST_SERIOUS:
        return MOST_SERIOUS.index(code)
    middle = len(MOST_SERIOUS)
    return middle + 1 + LEAST_SERIOUS.index(code) if code in LEAST_SERIOUS else middle


def _forms(notice: Notice, named: Mapping[str, Sequence[str]], *, briefly: bool) -> Iterator[_Form]:
    """Every way to take one reader, one part, one finding and the number out of a warning's text."""
    choices = [
        [None, *((kind, name, found.span()) for name in names for found in _places(name, notice.text))]
        for kind, names in named.items()
    ]
    for chosen in itertools.product(*choices):
        taken = [one for one in chosen if one is not None]
        spans = sorted(span for _, _, span in taken)
        if not taken or any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)):
            continue
        kinds, names = tuple(kind for kind, _, _ in taken), tuple(name for _, name, _ in taken)
        yield _Form((notice.code, str(notice.n), *kinds, *_rest(notice.text, spans)), names, kinds)
        number = _number(notice, spans) if briefly else None
        if number is not None:
            shape = ("number", notice.code, *kinds, *_rest(notice.text, sorted([*spans, number])))
            yield _Form(shape, names, kinds, notice.n)


def _places(name: str, text: str) -> Iterable["re.Match[str]"]:
    return re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) if name else ()


def _number(notice: Notice, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the first mention of the number of cases stands."""
    if notice.n is None:
        return None
    for written in (f"{notice.n:,}", str(notice.n)):
        for found in re.finditer(rf"(?<![\w.,]){re.escape(written)}(?![\w]|[.,]\d)", notice.text):
            if all(found.end() <= span[0] or found.start() >= span[1] for span in spans):
                return found.span()
    return None


def _rest(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    edges = [0, *itertools.chain.from_iterable(spans), len(text)]
    return tuple(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _by_shape(forms: Mapping[Notice, Sequence[_Form]]) -> dict[_Shape, dict[Notice, _Form]]:
    found: dict[_Shape, dict[Notice, _Form]] = defaultdict(dict)
    for notice, each in forms.items():
        for form in each:
            found[form.shape].setdefault(notice, form)
    return found


def _largest_group(
    first: Notice,
    forms: Sequence[_Form],
    alike: Mapping[_Shape, Mapping[Notice, _Form]],
    gone: Container[Notice],
) -> list[tuple[Notice, _Form | None]]:
    """The warnings that say the same as the first one but for names; in doubt fewer names differ."""
    groups = (
        {notice: one for notice, one in alike[form.shape].items() if notice not in gone} for form in forms
    )
    best = max(
        groups,
        key=lambda group: (len(group), -sum(len(form.names) for form in group.values()), _plain(group)),
        default={},
    )
    if len(best) < SEVERAL_PARTS:
        return [(first, None)]
    return list(best.items())


def _plain(group: dict[Notice, _Form]) -> bool:
    return all(form.number is None for form in group.values())


def _join(together: Sequence[tuple[Notice, _Form | None]], *, briefly: bool) -> Notice:
    first, form = together[0]
    if form is None:
        return first
    forms = [each for _, each in together if each is not None]
    text = _in_plural(first.text, forms)
    if text is None:
        others = [each.label for each in forms[1:]]
        if briefly and len(others) > MOST_NAMES + 1:
            others = [*others[:MOST_NAMES], f"{len(others) - MOST_NAMES} more"]
        separator = "; " if any("," in each for each in others) else ", "
        text = f"{first.text} (likewise {separator.join(others)})"
    return dataclasses.replace(first, text=text)


def _in_plural(text: str, forms: Sequence[_Form]) -> str | None:
    """`cnn and vuno have …` where the sentence begins with the name of a reader and a known verb."""
    names = [form.names[0] for form in forms]
    verb, _, rest = text.removeprefix(f"{names[0]} ").partition(" ")
    simple = all(form.kinds == ("reader",) and form.number is None for form in forms)
    if not simple or not text.startswith(f"{names[0]} ") or verb not in PLURALS or " it " in rest:
        return None
    plural = rest.replace(" its ", " their ").replace(" it:", " them:").replace(", it ", ", they ")
    return f"{and_list(names)} {PLURALS[verb]} {plural}"
