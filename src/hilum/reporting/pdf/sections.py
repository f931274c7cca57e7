"""The report's sections for paper, in the order of the page; checklists stand at the end, as an appendix."""

from collections.abc import Mapping, Sequence
from typing import Any

from hilum.errors import ReportError
from hilum.reporting.example_pictures import about_maps, by_group, caption_of, maps_in
from hilum.reporting.figures import PAGE_WIDTH
from hilum.reporting.figures.svg import Drawing
from hilum.reporting.layout import FIGURES_OF, table_numbers, titles_of
from hilum.reporting.pdf import tables
from hilum.reporting.pdf.atlas import TITLE, atlas_blocks
from hilum.reporting.pdf.blocks import Block, cell, clean, note, prose, run, runs_cell, table

Section = dict[str, Any]
AFTER = (
    ("cohort", "table_one", tables.table_one),
    ("results", "operating_table", tables.operating_table),
    ("discrimination", "further_table", tables.further_table),
)


def sections(evidence: dict[str, Any], drawings: Mapping[str, Drawing]) -> list[Section]:
    """All sections that the evidence fills.

    Args:
        evidence: As `build_evidence` made it.
        drawings: Its figures, drawn, by identifier.

    Returns:
        `id`, `title`, `new_page` and `blocks` each.
    """
    numbers = table_numbers(evidence)
    drawn = [(figure["kind"], _drawing(evidence, figure, drawings)) for figure in evidence["figures"]]
    found = [
        (
            name,
            title,
            [
                *_first(name, evidence, numbers),
                *_of_kinds(FIGURES_OF.get(name, ()), drawn),
                *_last(name, evidence, numbers),
            ],
        )
        for name, title in titles_of(evidence).items()
    ]
    found += [
        ("examples", "Examples, right and wrong", _examples(evidence, numbers)),
        ("atlas", TITLE, atlas_blocks(evidence)),
        ("methods", "Methods as run", _methods(evidence, numbers)),
        ("limits", "Limits and warnings", _limits(evidence)),
        ("provenance", "Provenance", _provenance(evidence, numbers)),
    ]
    shown = [section(*each) for each in found if each[2]]
    appendix = _checklists(evidence, {each["id"] for each in shown})
    return [*shown, section("checklists", "Appendix: checklists", appendix)] if appendix else shown


def _first(name: str, evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    """The main table with its notes, before all figures."""
    has_results = bool(evidence["main_table"]["blocks"])
    return tables.main_table(evidence, numbers) if name == "results" and has_results else []


def _of_kinds(kinds: Sequence[str], drawn: Sequence[tuple[str, Block]]) -> list[Block]:
    return [block for kind in kinds for found, block in drawn if found == kind]


def _last(name: str, evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    """The tables that follow a section's figures."""
    own = [make(evidence, numbers) for place, key, make in AFTER if place == name and key in numbers]
    further = [table for table in evidence["detail_tables"] if table["section"] == name]
    return own + [tables.detail_table({**each, "number": numbers[each["id"]]}) for each in further]


def section(name: str, title: str, blocks: list[Block]) -> Section:
    """A section; the appendix begins a page."""
    return {"id": name, "title": title, "new_page": name == "checklists", "blocks": blocks}


def _drawing(evidence: dict[str, Any], figure: dict[str, Any], drawings: Mapping[str, Drawing]) -> Block:
    place = evidence["figures"].index(figure) + 1
    return {
        "kind": "drawing",
        "file": f"figure-{place}.svg",
        "percent": round(100 * min(1.0, drawings[figure["id"]].width / PAGE_WIDTH), 2),
        "alt": clean(f"{figure['title']}. {figure['alt']}"),
        "caption": [
            run(f"Figure {place}. {figure['title']}.", "strong"),
            *prose(f" {figure['caption']}"),
        ],
    }


def _examples(evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    if not evidence["examples"]:
        return []
    blocks: list[Block] = [note(about_maps(evidence), keep=True)]
    places = {id(example): place for place, example in enumerate(evidence["examples"], start=1)}
    for group, examples in by_group(evidence["examples"]):
        blocks += [{"kind": "heading", "text": clean(group)}] if group else []
        blocks.append({"kind": "films", "cases": [_case(each, places[id(each)]) for each in examples]})
    checks = evidence.get("map_checks")
    return blocks + ([tables.detail_table({**checks, "number": numbers["map_checks"]})] if checks else [])


def _case(example: dict[str, Any], place: int) -> dict[str, Any]:
    pictures = [
        {
            "file": f"example-{place}-image.{kind_of(example['picture'])}",
            "alt": clean(f"Image of an example from {example['part']}; truth: {example['truth']}"),
        }
    ]
    for number, (title, uri) in enumerate(maps_in(example), start=1):
        alt = clean(f"The same image with a map of {example['reader']}: {title}")
        pictures.append({"file": f"example-{place}-map-{number}.{kind_of(uri)}", "alt": alt})
    verdict, said, where = caption_of(example)
    return {"pictures": pictures, "caption": [run(verdict, "strong"), *prose(said), run(where, "soft")]}


def kind_of(uri: str) -> str:
    """The ending of a picture's file.

    Raises:
        ReportError: it is no picture inside the evidence.
    """
    for kind, ending in (("image/jpeg", "jpg"), ("image/png", "png")):
        if uri.startswith(f"data:{kind};base64,"):
            return ending
    raise ReportError("an example's picture is no picture inside the evidence: make the report anew")


def _methods(evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    blocks: list[Block] = []
    for item in evidence["methods"]:
        blocks += [
            {"kind": "heading", "text": clean(item["heading"])},
            {"kind": "paragraph", "runs": prose(item["text"])},
        ]
    return blocks + ([tables.statistics_table(evidence, numbers)] if "statistics" in numbers else [])


def _limits(evidence: dict[str, Any]) -> list[Block]:
    items = [
        {"level": clean(group["level"]), "texts": [prose(text) for text in group["texts"]]}
        for group in evidence["limits"]
    ]
    return [{"kind": "levels", "items": items}] if items else []


def _provenance(evidence: dict[str, Any], numbers: dict[str, int]) -> list[Block]:
    made = [tables.provenance_table(evidence, numbers)] if "provenance" in numbers else []
    where = "Every number of this report, and those behind its figures, is in the attached `evidence.json`."
    return [*made, note(where)]


def _checklists(evidence: dict[str, Any], places: set[str]) -> list[Block]:
    filled = evidence.get("checklists") or []
    if not filled:
        return []
    about = (
        "Filled in from this report, as far as it knows the answer; the items are put in our own words, the "
        "papers have theirs. What is open only the authors can write."
    )
    blocks: list[Block] = [note(about, keep=True)]
    for each in filled:
        blocks += [
            {"kind": "heading", "text": clean(each["title"])},
            _checklist(each, places),
        ]
    return blocks


def _checklist(given: dict[str, Any], places: set[str]) -> Block:
    last = "Facts in this report" if given["judged"] else "In this report"
    head = [cell(name, strong=True) for name in ("Item", "Asks for", last)]
    groups = [
        (
            [cell(part["title"], italic=True, span=3)],
            [[cell(item["number"]), cell(item["topic"]), _answer(item, places)] for item in part["items"]],
        )
        for part in given["sections"]
    ]
    return table(
        [run(given["count"], "strong"), *prose(f" For {given['scope']}. {given['citation']}")],
        head,
        groups,
        size=7.4,
        widths=(0, 1, 1.35),
        numbers=False,
    )


def _answer(item: dict[str, Any], places: set[str]) -> dict[str, Any]:
    if item["state"] == "open":
        return runs_cell([run(item["answer"], "soft")])
    linked = run(item["where"], "link", item["place"]) if item["place"] in places else run(item["where"])
    said = [*prose(item["answer"]), run(" ("), linked, run(").")]
    return runs_cell(said, f"Still to add: {item['missing']}" if item["missing"] else "")
