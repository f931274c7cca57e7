"""From evidence to one page that needs nothing else, and to a run's files."""

import itertools
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hilum.errors import ReportError
from hilum.files import write_atomically
from hilum.reporting.atlas_pictures import without_atlas_pictures
from hilum.reporting.cells import STACKED_FROM, characteristic, halves, ranges, reading, thresholds
from hilum.reporting.csvs import csv_uri, figure_rows, json_uri, packed_uri, table_csvs
from hilum.reporting.evidence import VERSION
from hilum.reporting.example_pictures import about_maps, by_group, caption_of, maps_in, without_pictures
from hilum.reporting.figures import PAGE_WIDTH, draw, standalone
from hilum.reporting.figures.svg import Drawing
from hilum.reporting.format import count, estimate, interval, number
from hilum.reporting.inside_attached import without_inside_pictures
from hilum.reporting.layout import FIGURES_OF, TITLES, table_numbers, titles_of

PAGE = Path(__file__).parent / "page"
LARGEST_EVIDENCE = 256 * 1024**2
LARGEST_PLAIN = 1_500_000


def render_html(evidence: dict[str, Any]) -> str:
    """The report as one HTML page with everything in it: style, figures, data; no script, no network.

    The same evidence gives the same bytes.

    Args:
        evidence: As `build_evidence` made it, or as read from `evidence.json`.

    Raises:
        ReportError: the evidence is of another version or not whole.
    """
    return _render(evidence, _drawings(evidence))


def write_report(evidence: dict[str, Any], folder: str | Path) -> Path:
    """Write report.html, evidence.json and figures/*.svg, each whole or not at all.

    Returns:
        The path of the report.

    Raises:
        ReportError: the evidence is not whole.
        OSError: the folder cannot be written to.
    """
    drawings = _drawings(evidence)
    page = _render(evidence, drawings)
    target = Path(folder)
    (target / "figures").mkdir(parents=True, exist_ok=True)
    for name, drawing in drawings.items():
        write_atomically(target / "figures" / f"{name}.svg", standalone(drawing))
    write_atomically(target / "evidence.json", _json(evidence))
    write_atomically(target / "report.html", page)
    return target / "report.html"


def rewrite_report(run: str | Path) -> Path:
    """Make report.html and the figures of a run again from its evidence.json.

    Raises:
        ReportError: the run has no evidence.json, or it cannot be read.

    Example:
        >>> rewrite_report("nowhere")
        Traceback (most recent call last):
        hilum.errors.ReportError: nowhere has no evidence.json: run the study to its end, then ask for the
        report again
    """
    return write_report(load_evidence(run), run)


def load_evidence(run: str | Path) -> dict[str, Any]:
    """The evidence that a run's report was made from; nothing where the file is too large to be one.

    Raises:
        ReportError: the run has no evidence.json, or it cannot be read.

    Example:
        >>> load_evidence("nowhere")
        Traceback (most recent call last):
        hilum.errors.ReportError: nowhere has no evidence.json: run the study to its end, then ask for the
        report again
    """
    path = Path(run) / "evidence.json"
    if not path.is_file():
        raise ReportError(
            f"{Path(run).name} has no evidence.json: run the study to its end, then ask for the report again"
        )
    try:
        large = path.stat().st_size > LARGEST_EVIDENCE
        evidence = None if large else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ReportError(
            f"evidence.json of {Path(run).name} cannot be read: delete it and run the study again"
        ) from None
    return evidence or {}


def _drawings(evidence: dict[str, Any]) -> dict[str, Drawing]:
    if not isinstance(evidence, dict) or evidence.get("version") != VERSION or "figures" not in evidence:
        raise ReportError(
            "the evidence was made by another version of hilum or is not whole: make the report anew"
        )
    return {figure["id"]: draw(figure) for figure in evidence["figures"]}


def _render(evidence: dict[str, Any], drawings: dict[str, Drawing]) -> str:
    try:
        return _environment().get_template("report.html.j2").render(_variables(evidence, drawings))
    except (KeyError, TypeError) as error:
        raise ReportError(
            f"the evidence is not whole ({type(error).__name__}: {error}): make the report anew"
        ) from None


def _variables(evidence: dict[str, Any], drawings: dict[str, Drawing]) -> dict[str, Any]:
    numbers = table_numbers(evidence)
    shown: dict[str, list[dict[str, Any]]] = {}
    for place, figure in enumerate(evidence["figures"], start=1):
        drawing = drawings[figure["id"]]
        item = {
            "id": figure["id"],
            "title": figure["title"],
            "caption": figure["caption"],
            "number": place,
            "svg": Markup(drawing.svg),  # noqa: S704  # made here; texts in it were escaped when it was drawn
            "percent": round(100 * drawing.width / PAGE_WIDTH, 2),
            "rows": figure_rows(figure),
            "file": f"figure-{place}-{figure['id']}",
        }
        shown.setdefault(figure["kind"], []).append(item)
    return {
        "evidence": evidence,
        "css": Markup((PAGE / "report.css").read_text(encoding="utf-8")),  # noqa: S704  # a file of this package
        "drawn": {
            section: [item for kind in FIGURES_OF.get(section, ()) for item in shown.get(kind, [])]
            for section in TITLES
        },
        "details": {
            section: [table for table in evidence["detail_tables"] if table["section"] == section]
            for section in TITLES
        },
        "titles": titles_of(evidence),
        "csvs": table_csvs(evidence),
        "files": {name: f"table-{number}-{name.replace('_', '-')}" for name, number in numbers.items()},
        "number_of": numbers,
        "colours": {reader["name"]: reader["colour"] for reader in evidence["readers"]},
        "event_noun": evidence["event_noun"],
        "about_maps": about_maps(evidence) if evidence["examples"] else "",
        "map_checks": evidence.get("map_checks"),
        **_attached(_json(_without_pictures(evidence))),
    }


def _attached(text: str) -> dict[str, str]:
    """The evidence to take from the page: as it is, or packed where it would make the page too heavy."""
    if len(text) <= LARGEST_PLAIN:
        return {"evidence_name": "evidence.json", "evidence_uri": json_uri(text)}
    return {"evidence_name": "evidence.json.gz", "evidence_uri": packed_uri(text)}


def _without_pictures(evidence: dict[str, Any]) -> dict[str, Any]:
    """The pictures stand in the page already; twice would be too much."""
    examples = [without_pictures(each) for each in evidence["examples"]]
    return {
        **evidence,
        "examples": examples,
        "atlas": without_atlas_pictures(evidence),
        "inside": without_inside_pictures(evidence),
    }


def _json(evidence: dict[str, Any]) -> str:
    return json.dumps(evidence, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "estimate": estimate,
        "interval": interval,
        "lang": _lang,
        "stacked_from": STACKED_FROM,
    }
    environment.filters |= {
        "count": count,
        "caption_of": caption_of,
        "csv_uri": csv_uri,
        "grouped": by_group,
        "maps_in": maps_in,
        "data_image": _data_image,
        "characteristic": characteristic,
        "by_group": _by_group,
        "number": number,
        "ranges": ranges,
        "reading": reading,
        "prose": _prose,
        "stacked_cell": _stacked_cell,
        "thresholds": thresholds,
    }
    return environment


def _by_group(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(name, list(group)) for name, group in itertools.groupby(rows, key=lambda row: str(row["group"]))]


def _stacked_cell(text: str) -> Markup:
    """An estimate with its interval below it, where a table has many columns; other cells as they are.

    Example:
        >>> _stacked_cell("0.79 (0.77 to 0.81)"), _stacked_cell("p = .03")
        (Markup('0.79<small>0.77 to 0.81</small>'), Markup('p = .03'))
    """
    first, second = halves(text)
    return Markup("{}<small>{}</small>").format(first, second) if second else escape(text)


def _data_image(uri: str) -> str:
    """A picture of the evidence; anything that is no picture inside the page is refused."""
    if not re.fullmatch(r"data:image/(jpeg|png);base64,[A-Za-z0-9+/=]+", uri):
        raise ReportError("an example's picture is no picture inside the evidence: make the report anew")
    return uri


def _prose(text: str) -> Markup:
    """Escaped text: words between backticks are code, numbers stay on the line of what they belong to.

    Example:
        >>> _prose("`a<b`, n = 5")
        Markup('<code>a&lt;b</code>, <span class="nb">n = 5</span>')
    """
    parts = str(text).split("`")
    if len(parts) % 2 == 0:
        parts = [str(text)]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else _glued(part)
        for place, part in enumerate(parts)
    )


def _glued(text: str) -> Markup:
    pieces = re.split(r"(\b[np] [=<>] [\d.,]*\d|\d+ % CI)", text)
    return Markup("").join(
        Markup('<span class="nb">{}</span>').format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


def _lang(text: str) -> Markup:
    """Korean text says that it is Korean, so that it is broken and spoken as such."""
    hangul = any("\uac00" <= letter <= "\ud7a3" for letter in text)
    return Markup(' lang="ko"') if hangul else Markup("")
