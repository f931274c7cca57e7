"""One file, no network, no script; well-formed; readable without eyes; same evidence, same bytes."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from hilum.errors import ReportError
from hilum.reporting import build_evidence, render_html, rewrite_report, write_report

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Structure(HTMLParser):
    """Walks the page: open elements must be closed in order, identifiers must be single."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes the wrong element"

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="session")
def structure(page: str) -> Structure:
    parser = Structure()
    parser.feed(page)
    parser.close()
    return parser


def test_nothing_is_fetched(page: str, structure: Structure):
    assert not re.search(r"https?://", page)
    assert "url(http" not in page
    assert "@import" not in page
    assert not structure.of("script")
    assert not structure.of("link")
    assert not structure.of("iframe")
    for tag, attrs in structure.tags:
        for name in ("src", "href", "xlink:href", "data", "action"):
            value = attrs.get(name)
            assert value is None or value.startswith(("data:", "#")), (tag, name)
        assert not any(name.startswith("on") for name in attrs)
    policy = [attrs["content"] for attrs in structure.of("meta") if "http-equiv" in attrs]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_every_element_is_closed_and_every_identifier_single(structure: Structure):
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))
    known = set(structure.ids)
    for _, attrs in structure.tags:
        for name in ("href", "xlink:href"):
            if (attrs.get(name) or "").startswith("#"):
                assert attrs[name][1:] in known
        for reference in (attrs.get("aria-labelledby") or "").split():
            assert reference in known


def test_figures_tables_and_pictures_can_be_heard(structure: Structure, evidence: dict):
    drawings = [attrs for attrs in structure.of("svg") if attrs.get("role") == "img"]
    assert len(drawings) == len(structure.of("svg")) == len(evidence["figures"])
    assert all("aria-labelledby" in attrs for attrs in drawings)
    assert all(attrs.get("alt") for attrs in structure.of("img"))
    assert all(attrs.get("scope") for attrs in structure.of("th"))
    assert len(structure.of("caption")) == len(structure.of("table"))
    assert structure.of("html")[0]["lang"] == "en"
    assert len(structure.of("h1")) == 1
    assert len(structure.of("main")) == 1


def test_figures_say_what_they_show(evidence: dict, page: str):
    kinds = [figure["kind"] for figure in evidence["figures"]]
    assert kinds == [
        *("flow", "forest", "forest", "roc", "precision_recall", "confusion", "confusion", "calibration"),
        *("decision_curve", "kaplan_meier", "kaplan_meier"),
    ]
    for number, figure in enumerate(evidence["figures"], start=1):
        assert f"Figure {number}. " in page
        assert figure["title"]
        assert figure["caption"]
        assert figure["alt"]
    for words in ("1 − specificity", "Sensitivity", "Predicted probability", "Days", "At risk", "log-rank p"):
        assert words in page


def test_text_in_figures_stays_text(page: str):
    inside = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert all("<text" in svg and "DejaVu" not in svg for svg in inside)


def test_the_same_evidence_gives_the_same_bytes(given, evidence: dict, page: str):
    assert json.dumps(build_evidence(given), sort_keys=True) == json.dumps(evidence, sort_keys=True)
    assert render_html(json.loads(json.dumps(evidence))) == page
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", page.replace("2026-01-02", ""))


def test_matplotlib_is_left_as_it_was_found(evidence: dict):
    with mpl.rc_context({"svg.fonttype": "path", "font.size": 13.0}):
        before = dict(mpl.rcParams)
        render_html(evidence)
        assert dict(mpl.rcParams) == before


def test_a_run_gets_report_evidence_and_figures_and_can_be_written_again(evidence: dict, page: str, tmp_path):
    report = write_report(evidence, tmp_path / "run-1")
    assert report.read_text(encoding="utf-8") == page
    assert json.loads((tmp_path / "run-1" / "evidence.json").read_text(encoding="utf-8")) == evidence
    figures = sorted((tmp_path / "run-1" / "figures").glob("*.svg"))
    assert [path.stem for path in figures] == sorted(figure["id"] for figure in evidence["figures"])
    for path in figures:
        assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    report.unlink()
    assert rewrite_report(tmp_path / "run-1").read_text(encoding="utf-8") == page
    (tmp_path / "run-1" / "evidence.json").write_text('{"version": 99}')
    with pytest.raises(ReportError, match="another version"):
        rewrite_report(tmp_path / "run-1")
    (tmp_path / "run-1" / "evidence.json").write_text("{")
    with pytest.raises(ReportError, match="cannot be read"):
        rewrite_report(tmp_path / "run-1")


def test_the_report_stays_small(page: str):
    assert len(page.encode()) < 5_000_000
