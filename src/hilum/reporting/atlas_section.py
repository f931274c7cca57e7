"""The atlas's section of the report: figures with captions, and a table of significant shares."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.reporting.atlas_figures import WIDTH, Column, draw_effects, draw_maps, draw_p_values, draw_tests
from hilum.reporting.atlas_files import png_uri
from hilum.reporting.figures.svg import drawing_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ATLAS, RECORD, ATLAS_FORM = "atlas", "atlas.json", 1
ALL = "all"
WAYS = {
    "uncorrected": "p < {level}, uncorrected",
    "benjamini_hochberg": "Benjamini-Hochberg",
    "max_t": "permutation max-T",
    "tfce": "permutation TFCE",
}
_CITED = (
    "Student's and Welch's independent t-test in each pixel; Benjamini & Hochberg 1995; largest absolute t "
    "of the map over permutations of the groups (Westfall & Young 1993, single step; Nichols & Holmes 2002); "
    "threshold-free cluster enhancement with E = 0.5, H = 2 and pixels connected by edges, both signs, by "
    "the same permutations (Smith & Nichols 2009); effect size Hedges' g."
)


@dataclass(frozen=True)
class Drawn:
    """One figure of an atlas.

    Attributes:
        name: of its files.
        title: above its caption.
        caption: what it shows.
        figure: as drawn.
    """

    name: str
    title: str
    caption: str
    figure: "Figure"

    def told(self, file: str) -> dict[str, Any]:
        """The figure as the record keeps it.

        Args:
            file: its PNG file below the atlas's folder.
        """
        percent = round(min(100.0, 7200 * self.figure.get_size_inches()[0] / WIDTH), 2)
        about = {"name": self.name, "title": self.title, "caption": self.caption}
        return {**about, "file": file, "percent": percent}


def figures_of(columns: Sequence[Column], names: tuple[str, str]) -> list[Drawn]:
    """All figures of two groups, all models side by side.

    Args:
        columns: the images, then each model.
        names: of the first and the second group.
    """
    red = f"Red: higher in {names[0]}, blue: higher in {names[1]}"
    with drawing_style():
        drawn = [
            Drawn(
                "maps",
                "Mean images and mean maps",
                f"Mean of each group, one map a patient, and the difference, {names[0]} minus {names[1]}. "
                f"{red}, white: no difference. One scale for all models.",
                draw_maps(columns, names),
            )
        ]
        if any(column.atlas.tests is None for column in columns):
            return drawn
        level = f"{columns[0].atlas.options.level:g}"
        drawn += [
            Drawn(
                "tests",
                "Where the groups differ",
                f"Student's t, and over the mean image where p < {level}: without correction, as it is often "
                f"printed, and corrected for the number of pixels. {red}.",
                draw_tests(columns, names),
            ),
            Drawn(
                "effects",
                "Significant regions and size of the effect",
                f"Over the mean image the regions with corrected p < {level}, by max-T in a whole line and "
                f"by TFCE in a broken line; below, Hedges' g and Welch's t. {red}.",
                draw_effects(columns, names),
            ),
            Drawn(
                "p-values",
                "P-values in steps",
                "Uncorrected above, corrected below.",
                draw_p_values(columns),
            ),
        ]
    return drawn


def atlas_sections(run: Path) -> list[dict[str, Any]]:
    """What the report says of a run's atlas, as plain data with its pictures; nothing where there is none.

    Args:
        run: The run's folder.

    Example:
        >>> atlas_sections(Path("no run"))
        []
    """
    record = load_record(run / ATLAS)
    return [_section(run / ATLAS, record, pair) for pair in record.get("pairs", [])]


def load_record(folder: Path) -> dict[str, Any]:
    """What an atlas says of itself in `atlas.json`; empty where there is none of this version.

    Args:
        folder: The atlas's folder.

    Example:
        >>> load_record(Path("nowhere"))
        {}
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and record.get("form") == ATLAS_FORM else {}


def _section(folder: Path, record: dict[str, Any], pair: dict[str, Any]) -> dict[str, Any]:
    made = f"{record['method']} of what each model answered, mean over its repeats and a patient's images"
    said = [
        f"Maps: {made}, {_where(record['part'])}. Images: {_where(record['part_of_images'])}.",
        "Each map is divided by its own maximum: it tells where a model looks, not how much it counts.",
    ]
    if record["part"] == ALL:
        said.append(
            "Most of these images were learnt from: the maps tell of the models, not of new patients."
        )
    said += [f"Not compared: {problem}." for problem in pair["problems"]]
    said += [f"{column['label']}: {' '.join(column['sentences'])}" for column in pair["columns"]]
    methods = f"{_CITED} {record['permutations']:,} permutations, seed {record['seed']}."
    return {
        "title": f"{pair['first']} against {pair['second']}",
        "said": said,
        "methods": methods,
        "table": _table(record, pair),
        "figures": [
            {
                "title": figure["title"],
                "caption": figure["caption"],
                "percent": figure["percent"],
                "picture": png_uri(folder / figure["file"]),
            }
            for figure in pair["figures"]
        ],
    }


def _where(part: str) -> str:
    return "of training, validation and test together" if part == ALL else f"of the part {part}"


def _table(record: dict[str, Any], pair: dict[str, Any]) -> dict[str, Any] | None:
    tested = [column for column in pair["columns"] if column["shares"]]
    if not tested:
        return None
    heads = [words.format(level=f"{record['level']:g}") for words in WAYS.values()]
    rows = [
        [
            column["label"],
            *(str(n) for n in column["n"]),
            *(f"{100 * column['shares'][way]:.1f} %" for way in WAYS),
        ]
        for column in tested
    ]
    columns = ["Share of pixels", f"n, {pair['first']}", f"n, {pair['second']}", *heads]
    return {"columns": columns, "rows": rows}
