"""The PDF: tagged, titled, with bookmarks; the page's words and numbers; the same bytes each time."""

import json
import re
import time
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from hilum.errors import ReportError
from hilum.reporting import evaluation_report, render_html
from hilum.reporting.checklists import fill_checklists
from hilum.reporting.figures import DRAW, draw
from hilum.reporting.format import estimate
from hilum.reporting.layout import FIGURES_OF, TITLES
from hilum.reporting.pdf import render_pdf, write_pdf
from hilum.reporting.pdf.sections import sections


def inflated(pdf: bytes) -> bytes:
    """The file with every compressed stream opened."""
    opened = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(opened)


def words(block: Any) -> Iterator[str]:
    """Every text of the sections, runs of one text put together."""
    if isinstance(block, dict):
        for key, value in block.items():
            if key in {"runs", "caption"}:
                yield "".join(run["text"] for run in value)
            else:
                yield from words(value)
    elif isinstance(block, list):
        if block and all(isinstance(each, dict) and "style" in each for each in block):
            yield "".join(each["text"] for each in block)
            return
        for each in block:
            yield from words(each)
    elif isinstance(block, str):
        yield block


def on_paper(evidence: dict) -> list[str]:
    drawings = {figure["id"]: draw(figure) for figure in evidence["figures"]}
    return [text.replace("\u00a0", " ").replace("\u200b", "") for text in words(sections(evidence, drawings))]


@pytest.fixture(scope="module")
def whole(evidence: dict) -> dict:
    return {**evidence, "checklists": fill_checklists(evidence)}


@pytest.fixture(scope="module")
def pdf(whole: dict) -> bytes:
    return render_pdf(whole)


def test_it_is_a_tagged_titled_document_with_bookmarks(pdf: bytes, whole: dict):
    inside = inflated(pdf)
    assert pdf.startswith(b"%PDF-1.7")
    for sign in (
        b"/StructTreeRoot",
        b"/Outlines",
        b"/Lang",
        b"pdfuaid:part",
        b"/TH",
        b"/DisplayDocTitle true",
    ):
        assert sign in inside, sign
    assert whole["title"].encode() in inside
    assert inside.count(b"/Alt") >= len(whole["figures"])
    assert b"/CreationDate" not in inside


def test_the_same_evidence_gives_the_same_bytes(pdf: bytes, whole: dict):
    assert render_pdf(json.loads(json.dumps(whole))) == pdf


def test_other_evidence_gives_other_bytes(pdf: bytes, whole: dict):
    assert render_pdf({**whole, "question": "Another question?"}) != pdf


def test_the_numbers_behind_it_are_in_the_file(pdf: bytes, whole: dict):
    attached = [part for part in inflated(pdf).split(b"\n") if part.startswith(b'{"version":2')]
    held = json.loads(attached[0])
    assert held["evaluation"] == json.loads(json.dumps(whole["evaluation"]))
    assert all("picture" not in example for example in held["examples"])


def test_tables_and_figures_are_those_of_the_page(whole: dict):
    page = render_html(whole)
    said = "\n".join(on_paper(whole))
    for kind in ("Table", "Figure"):
        on_the_page = set(re.findall(rf"{kind} \d+\. [^<]+", page))
        assert on_the_page
        assert {title for title in on_the_page if title.replace("&#39;", "'") not in said} == set()


def test_numbers_of_the_main_table_are_those_of_the_page(whole: dict):
    said = on_paper(whole)
    cells = [
        cell for block in whole["main_table"]["blocks"] for row in block["rows"] for cell in row["cells"]
    ]
    assert len(cells) > 10
    for cell in cells:
        shown = estimate(cell["value"], cell["low"], cell["high"]) + ("*" if cell["star"] else "")
        assert shown in said


def test_every_paragraph_and_warning_is_there(whole: dict):
    said = "\n".join(on_paper(whole))
    for paragraph in whole["methods"]:
        assert paragraph["heading"] in said
        assert paragraph["text"].replace("`", "") in said
    for text in (text for group in whole["limits"] for text in group["texts"]):
        assert text.replace("`", "") in said
    for filled in whole["checklists"]:
        assert filled["count"] in said


def test_tables_alone_make_a_report_too(two_classes):
    evaluation, readings, truth = two_classes
    made = evaluation_report(evaluation, readings, truth, "Three readers")
    assert render_pdf(made).startswith(b"%PDF-")
    names = [each["id"] for each in sections(made, {f["id"]: draw(f) for f in made["figures"]})]
    assert "cohort" not in names
    assert names[0] == "results"


def test_many_cohorts_turn_the_page(whole: dict):
    table = whole["main_table"]
    blocks = [
        {**b, "sizes": b["sizes"] * 4, "rows": [{**r, "cells": r["cells"] * 4} for r in b["rows"]]}
        for b in table["blocks"]
    ]
    columns = [{"label": f"hospital {n}"} for n in range(12)]
    wide = {**whole, "main_table": {**table, "columns": columns, "blocks": blocks}}
    turned = rb"/MediaBox\s*\[0 0 841\.\d+ 595\.\d+\]"
    assert re.search(turned, inflated(render_pdf(wide)))
    assert not re.search(turned, inflated(render_pdf(whole)))


def test_every_kind_of_figure_and_every_further_table_has_a_section():
    placed = [kind for kinds in FIGURES_OF.values() for kind in kinds]
    assert sorted(placed) == sorted(DRAW)
    assert set(FIGURES_OF) <= set(TITLES)


def test_further_tables_stand_in_their_section_with_their_number(whole: dict):
    row = {"label": "cnn", "cells": ["AUROC", "0.80 (0.70\u20130.90)", "p = .04"]}
    table = {
        "id": "groups",
        "section": "subgroups",
        "title": "In groups",
        "caption": "About.",
        "columns": ["Reader", "Measure", "Estimate", "p"],
        "groups": [{"label": "test", "rows": [row]}],
    }
    made = {**whole, "detail_tables": [table]}
    found = sections(made, {figure["id"]: draw(figure) for figure in made["figures"]})
    held = {each["id"]: "".join(words(each["blocks"])) for each in found}
    assert re.search(r"Table \d+\. In groups\. About\.", held["subgroups"])
    shown = next(each for each in found if each["id"] == "subgroups")["blocks"][-1]
    assert shown["sides"] == ["left", "left", "right", "right"]
    assert render_pdf(made).startswith(b"%PDF-")


def test_it_is_made_in_seconds(whole: dict):
    before = time.process_time()
    render_pdf(whole)
    assert time.process_time() - before < 5


def test_a_file_is_whole_or_not_there(whole: dict, pdf: bytes, tmp_path):
    path = write_pdf(whole, tmp_path / "new" / "report.pdf")
    assert path.read_bytes() == pdf
    with pytest.raises(ReportError, match="not whole"):
        write_pdf({**whole, "main_table": None}, path)
    assert path.read_bytes() == pdf
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("broken", [{}, {"version": 99}, {"version": 1, "title": "t"}])
def test_evidence_that_is_not_whole_is_refused_in_a_sentence(broken: dict):
    with pytest.raises(ReportError, match="make the report anew"):
        render_pdf(broken)
