"""Titles, readers, parts and columns come from people: none may become markup, a formula or a picture."""

import base64
import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from hilum.errors import ReportError
from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.reporting import EvidenceInput, build_evidence, evaluation_report, render_html
from hilum.reporting.csvs import csv_text

HOSTILE = '<script>alert("1")</script>&"\'{{ 7*7 }}{% raw %}$\\frac{a}{b}$`x`'


def hostile_page(name: str = HOSTILE) -> str:
    rng = np.random.default_rng(1)
    n = 200
    ill = rng.random(n) < 0.5
    truth = Truth.from_frame(
        pd.DataFrame(
            {
                "case": [f"{name}{i}" for i in range(n)],
                "part": np.where(np.arange(n) < 80, "validation", name),
                "label": np.where(ill, f"ill {name}", "normal"),
            }
        )
    )
    readings = [
        Readings.from_frame(
            pd.DataFrame({"case": truth.frame["case"], "score": ill + rng.normal(size=n)}), reader
        )
        for reader in (name, f"other {name}")
    ]
    evaluation = evaluate(readings, truth, EvaluationOptions(bootstrap=100))
    return render_html(evaluation_report(evaluation, readings, truth, name))


def test_hostile_words_are_shown_and_do_nothing():
    page = hostile_page()
    assert "<script" not in page
    assert "alert(&#34;1&#34;)" in page
    assert "{{ 7*7 }}" in page
    assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", page)[0]


def test_hostile_words_in_figures_are_text():
    svgs = re.findall(r"<svg.*?</svg>", hostile_page(), flags=re.DOTALL)
    assert len(svgs) == 4
    assert all("<script" not in svg and "&lt;script" in svg for svg in svgs)


def test_long_names_and_korean_names_are_drawn():
    for name in ("x" * 400, "흉부 X선 판독 보조 프로그램 제3판", "$", "$$", "a_b^c"):
        assert "<svg" in hostile_page(name)


def test_a_korean_title_says_that_it_is_korean():
    page = hostile_page("폐렴 환자의 30일 사망")
    assert '<h1 lang="ko">폐렴 환자의 30일 사망</h1>' in page
    assert "Nanum Myeongjo" in page


def test_a_column_that_begins_like_a_formula_is_plain_text_in_the_csv(given: EvidenceInput):
    table = pd.DataFrame({"characteristic": ["=HYPERLINK(1)", "<i>age</i>"], "test": ["-1", "+2"]})
    page = render_html(build_evidence(dataclasses.replace(given, table_one=table)))
    link = re.search(r'download="table-1-table-one.csv" href="data:[^,]+,([^"]+)"', page)
    text = base64.b64decode(link.group(1)).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "\n=" not in text
    assert "<i>age</i>" not in page
    assert "&lt;i&gt;age&lt;/i&gt;" in page
    assert csv_text([["@x", -0.5]]) == "'@x,-0.5\r\n"


def test_a_picture_that_is_none_is_refused(evidence: dict):
    example = {**evidence["examples"][0], "picture": "https://elsewhere/film.jpg"}
    with pytest.raises(ReportError, match="no picture"):
        render_html({**evidence, "examples": [example]})


def test_an_example_that_is_no_grey_picture_is_refused(given: EvidenceInput):
    broken = dataclasses.replace(given.examples[0], picture=np.zeros((2, 2, 3), dtype=np.float32))
    with pytest.raises(ReportError, match="one grey picture"):
        build_evidence(dataclasses.replace(given, examples=(broken,)))


def test_evidence_that_is_not_whole_is_refused(evidence: dict):
    with pytest.raises(ReportError, match="not whole"):
        render_html({**evidence, "main_table": None})
    with pytest.raises(ReportError, match="another version"):
        render_html({})
