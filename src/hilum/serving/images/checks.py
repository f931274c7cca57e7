"""What checks of the archive found, as named checks with the pictures concerned."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hilum.archive.series import SERIES_DEFECTS
from hilum.serving.images.index_view import IndexView

_MOST_PICTURES = 100


@dataclass(frozen=True)
class PictureConcerned:
    """A picture that a check has something to say of.

    Attributes:
        image: its path in the archive; empty where there is none.
        series: its series.
        reason: what was found.
        outcome: failed or unknown.
    """

    image: str
    series: str
    reason: str
    outcome: str


@dataclass(frozen=True)
class CheckFound:
    """What one check found.

    Attributes:
        name: of the check.
        sentence: what it asks for.
        section: where the guideline asks for it; empty where it does not.
        passed: how many passed; None where that is not counted.
        failed: how many failed.
        unknown: for how many it cannot be said.
        not_asked: why it was not asked; empty where it was.
        of: what is counted: images or series.
        pictures: the first of those that did not pass.
    """

    name: str
    sentence: str
    section: str
    passed: int | None
    failed: int
    unknown: int
    not_asked: str
    of: str
    pictures: tuple[PictureConcerned, ...]


def checks_of(kind: str, result: Any, view: IndexView) -> list[CheckFound]:
    """The checks of a finished job.

    Args:
        kind: `series`, `criteria` or `verify`.
        result: the JSON that its command printed.
        view: of the archive, to find pictures.
    """
    if kind == "criteria":
        return [_criterion(one) for one in result["criteria"]]
    return list(_defects(result, view)) if kind == "series" else list(_differences(result))


def _criterion(one: Mapping[str, Any]) -> CheckFound:
    told = [(row, outcome) for outcome in ("failed", "unknown") for row in one[outcome]]
    pictures = [PictureConcerned(row["image"], row["series"], row["reason"], how) for row, how in told]
    counts = one["images"]
    return CheckFound(
        one["name"],
        one["sentence"],
        one["section"],
        counts["passed"],
        counts["failed"],
        counts["unknown"],
        one["not_asked"],
        "images",
        tuple(pictures[:_MOST_PICTURES]),
    )


def _defects(result: Iterable[Mapping[str, Any]], view: IndexView) -> Iterable[CheckFound]:
    found: dict[str, list[PictureConcerned]] = defaultdict(list)
    count = 0
    for series in result:
        count += 1
        for defect in series["defects"]:
            image = next(
                (view.of_instance[one] for one in defect["instances"] if one in view.of_instance), ""
            )
            found[defect["name"]].append(
                PictureConcerned(image, series["series"], defect["sentence"], "failed")
            )
    for kind in SERIES_DEFECTS:
        pictures = found[kind.name]
        passed = count - len(pictures)
        shown = tuple(pictures[:_MOST_PICTURES])
        yield CheckFound(kind.name, kind.sentence, "", passed, len(pictures), 0, "", "series", shown)


_VERIFIED = {
    "vanished": "every object of the index has its file",
    "changed": "every file has the bytes that were archived",
    "appeared": "no file is there that was not archived",
}


def _differences(result: Mapping[str, Any]) -> Iterable[CheckFound]:
    for kind, sentence in _VERIFIED.items():
        rows = result[kind]
        shown = tuple(
            PictureConcerned(row["image"], "", row["sentence"], "failed") for row in rows[:_MOST_PICTURES]
        )
        yield CheckFound(kind, sentence, "", result["rows"] - len(rows), len(rows), 0, "", "images", shown)
    records = tuple(PictureConcerned("", "", sentence, "failed") for sentence in result["records"])
    sentence = "the records that are only added to are whole"
    yield CheckFound("records", sentence, "", None, len(records), 0, "", "images", records)
