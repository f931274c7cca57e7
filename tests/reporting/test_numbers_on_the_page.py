"""What the page prints is what the evaluation holds: cells, bold, stars, answer, and the data behind them."""

import base64
import csv
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from hilum.evaluation import kaplan_meier, roc_curve
from hilum.reporting import EvidenceInput
from hilum.reporting.format import difference, estimate, number, p_value


class Cells(HTMLParser):
    """The text of every cell of the tables of one class."""

    def __init__(self, table_class: str) -> None:
        super().__init__()
        self.wanted, self.inside, self.cell = table_class, False, None
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.inside = self.wanted in (dict(attrs).get("class") or "").split()
        if self.inside and tag == "tr":
            self.rows.append([])
        if self.inside and tag in {"td", "th"}:
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self.cell is not None:
            self.rows[-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def cells(page: str, table_class: str) -> list[list[str]]:
    parser = Cells(table_class)
    parser.feed(page)
    return parser.rows


def linked(page: str, name: str) -> list[dict[str, str]]:
    """The rows behind a `data` link of the page."""
    found = re.search(rf'download="{name}" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert found, name
    return list(csv.DictReader(io.StringIO(base64.b64decode(found.group(1)).decode("utf-8-sig"))))


def test_every_cell_of_the_main_table_is_the_evaluations(page: str, evidence: dict, given: EvidenceInput):
    rows = {(row.reader, row.part, row.measure): row for row in given.evaluation.measures if row.of is None}
    printed = [row for row in cells(page, "main")[1:] if not row[0].startswith(("AUROC", "Harrell"))]
    readers = [row for block in evidence["main_table"]["blocks"] for row in block["rows"]]
    measures = [
        row["cells"][0]["measure"] for block in evidence["main_table"]["blocks"] for row in block["rows"]
    ]
    assert len(printed) == len(readers) == 10
    for shown, row, measure in zip(printed, readers, measures, strict=True):
        for text, part in zip(shown[1:], evidence["parts"], strict=True):
            expected = rows[row["reader"], part, measure]
            assert text.rstrip("*") == estimate(expected.value, expected.low, expected.high)


def test_stars_stand_where_the_paired_test_says_better_than_the_score(evidence: dict, given: EvidenceInput):
    starred = 0
    for block in evidence["main_table"]["blocks"]:
        for row in block["rows"]:
            for part, cell in zip(evidence["parts"], row["cells"], strict=True):
                found = [
                    (c.difference if c.reader_a == row["reader"] else -c.difference, c.p)
                    for c in given.evaluation.comparisons
                    if {c.reader_a, c.reader_b} == {row["reader"], "curb65"}
                    and (c.part, c.measure) == (part, block["rows"][0]["cells"][0]["measure"])
                ]
                assert cell["star"] == any(value > 0 and p < 0.05 for value, p in found)
                starred += cell["star"]
    assert starred > 3


def test_bold_is_kept_for_a_reader_that_beats_every_other(evidence: dict, given: EvidenceInput):
    bold = 0
    for block in evidence["main_table"]["blocks"]:
        for place, part in enumerate(evidence["parts"]):
            column = {row["reader"]: row["cells"][place] for row in block["rows"]}
            for name, cell in column.items():
                if not cell["bold"]:
                    continue
                bold += 1
                assert cell["value"] == max(each["value"] for each in column.values())
                for other in set(column) - {name}:
                    rows = [
                        c
                        for c in given.evaluation.comparisons
                        if {c.reader_a, c.reader_b} == {name, other}
                        and (c.part, c.measure) == (part, block["rows"][0]["cells"][0]["measure"])
                    ]
                    assert rows
                    assert rows[0].p < 0.05
    assert bold > 0


def test_the_answers_numbers_are_the_evaluations(evidence: dict, given: EvidenceInput):
    first, second = evidence["answer"]
    main = next(part for part in evidence["parts"] if f"; {part}, n = " in first)
    row = given.evaluation.compare("resnet18", "curb65", main, "auroc", at="30d")
    lead = given.evaluation.find("resnet18", main, "auroc", at="30d")
    score = given.evaluation.find("curb65", main, "auroc", at="30d")
    assert f"AUROC at 30 days {number(lead.value)} vs {number(score.value)}" in first
    assert f"95 % CI {number(row.low)} to {number(row.high)}" in first
    assert p_value(row.p) in first
    assert f"n = {row.n}, {row.events} deaths" in first
    better = row.p < 0.05 and row.difference > 0
    assert ("better than CURB-65" in first) == better
    for part in set(evidence["parts"]) - {main}:
        row = given.evaluation.compare("resnet18", "curb65", part, "auroc", at="30d")
        assert difference(row.difference, row.low, row.high) in second


def test_the_data_behind_the_main_table_is_complete(page: str, evidence: dict):
    rows = linked(page, "table-2-main-table.csv")
    cells_of = [
        c for block in evidence["main_table"]["blocks"] for row in block["rows"] for c in row["cells"]
    ]
    assert [float(row["value"]) for row in rows] == [cell["value"] for cell in cells_of]


def test_the_roc_data_is_the_curve_of_the_readings(page: str, given: EvidenceInput):
    figure = next(name for name in re.findall(r'download="(figure-[^"]+)"', page) if "-roc-" in name)
    rows = [r for r in linked(page, figure) if (r["part"], r["reader"]) == ("test", "curb65")]
    frame = (
        given.readings[2]
        .frame.set_index("case")
        .join(given.cohort.cases.set_index("case")[["time", "event"]])
    )
    frame = frame[(frame["part"] == "test") & frame["risk_30d"].notna()]
    curve = roc_curve(
        frame["risk_30d"].to_numpy(float), ((frame["time"] <= 30) & (frame["event"] == 1)).to_numpy(bool)
    )
    np.testing.assert_allclose([float(row["sensitivity"]) for row in rows], curve.y, atol=1e-5)
    np.testing.assert_allclose([float(row["1 - specificity"]) for row in rows], curve.x, atol=1e-5)


def test_survival_curves_and_numbers_at_risk_are_kaplan_meiers(evidence: dict, given: EvidenceInput):
    figure = next(f for f in evidence["figures"] if f["kind"] == "kaplan_meier")
    panel = next(p for p in figure["panels"] if p["part"] == "cohort A")
    frame = given.readings[0].frame.groupby("case")["risk"].mean()
    cases = given.cohort.cases.set_index("case").assign(risk=frame)
    cases = cases[cases["part"] == "cohort A"]
    cut = given.evaluation.risk_cuts["resnet18-ensemble"][-1]
    high = cases[cases["risk"] >= cut]
    curve = kaplan_meier(high["time"].to_numpy(float), high["event"].to_numpy(float))
    line = panel["lines"][-1]
    assert line["name"] == "high"
    assert line["n"] == len(high)
    assert line["at_risk"] == curve.numbers_at_risk(np.array(panel["ticks"])).tolist()
    for day, value in zip(line["x"][1:], line["y"][1:], strict=True):
        assert value == pytest.approx(curve.at(day).value, abs=1e-5)


def test_the_evidence_in_the_page_is_the_evidence(page: str, evidence: dict):
    found = re.search(r'download="evidence.json" href="data:application/json;base64,([^"]+)"', page)
    inside = json.loads(base64.b64decode(found.group(1)))
    assert inside["evaluation"] == evidence["evaluation"]
    assert inside["main_table"] == evidence["main_table"]
    assert all("picture" not in example for example in inside["examples"])


def words(text: str) -> set[str]:
    return {word.strip(".,;:()").casefold() for word in text.split()}


def test_every_warning_is_on_the_page_once(page: str, evidence: dict, given: EvidenceInput):
    texts = [text for group in evidence["limits"] for text in group["texts"]]
    assert len(texts) == len(set(texts))
    for warning in (*given.evaluation.warnings, *given.warnings):
        # A sentence that holds for several is said once, with the words in which the others differ.
        assert any(words(warning.text) <= words(text) for text in texts), warning.text


def test_table_one_and_provenance_are_printed(page: str, given: EvidenceInput):
    rows = cells(page, "one")
    assert len(rows) == 1 + len(given.table_one)
    assert "Systolic blood pressure, mmHg" in [row[0] for row in rows]
    assert ["Inputs (SHA-256) · study", "ab" * 32] in cells(page, "provenance")
    assert "2026-01-02 03:04 UTC" in page
