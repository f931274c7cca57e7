"""Korean on machines with and without its letters; a PDF that cannot be made costs nothing but itself."""

import json
import sys

import pytest
from typer.testing import CliRunner

from hilum.cli import app
from hilum.errors import ReportError
from hilum.reporting import evaluation_report, write_report
from hilum.reporting.pdf import fonts, pdf_or_reason, render_pdf, rewrite_pdf
from hilum.reporting.pdf import write as write_module
from hilum.reporting.pdf.fonts import NO_KOREAN, NO_LETTER, Setting, settings


@pytest.fixture(scope="module")
def made(two_classes) -> dict:
    evaluation, readings, truth = two_classes
    evidence = evaluation_report(evaluation, readings, truth, "Three readers")
    return json.loads(json.dumps({**evidence, "figures": []}))


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine whose only fonts are typst's own."""
    monkeypatch.setattr(fonts, "machine_fonts", lambda: frozenset({"DejaVu Sans Mono"}))
    monkeypatch.setattr(
        write_module,
        "settings",
        lambda text: [Setting(each.fonts, False, each.accessible, each.notice) for each in settings(text)],
    )


def test_plain_reports_do_not_look_at_the_machines_fonts(made: dict, monkeypatch):
    monkeypatch.setattr(fonts, "machine_fonts", frozenset)
    first = settings(json.dumps(made, ensure_ascii=False))[0]
    assert (first.machine, first.accessible, first.notice) == (False, True, "")


def test_korean_is_set_in_a_font_of_the_machine(monkeypatch):
    monkeypatch.setattr(fonts, "machine_fonts", lambda: frozenset({"NanumGothic", "Noto Serif KR", "Arial"}))
    first, last = settings("폐렴")
    assert first.machine
    assert first.accessible
    assert first.fonts == ("Libertinus Serif", "Noto Serif KR", "NanumGothic")
    assert last.notice == NO_LETTER


def test_a_machine_without_korean_letters_says_so(made: dict, bare_machine, monkeypatch):
    told = []
    compiled = write_module._compiled

    def watched(root, way):
        told.append(
            (way.accessible, json.loads((root / "report.json").read_text(encoding="utf-8"))["notice"])
        )
        return compiled(root, way)

    monkeypatch.setattr(write_module, "_compiled", watched)
    assert render_pdf({**made, "title": "폐렴 판독"}).startswith(b"%PDF-")
    assert told == [(True, ""), (False, NO_KOREAN)]


def test_a_letter_that_no_font_has_does_not_cost_the_report(made: dict, bare_machine):
    assert render_pdf({**made, "title": "Reader \U0001f600"}).startswith(b"%PDF-")


def test_without_typst_the_page_stays_and_a_sentence_says_why(made: dict, tmp_path, monkeypatch):
    page = write_report(made, tmp_path)
    assert pdf_or_reason(made, tmp_path) == ""
    assert (tmp_path / "report.pdf").is_file()
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(fonts, "machine_fonts", frozenset)
    reason = pdf_or_reason(made, tmp_path)
    assert reason.startswith("report.html was written, report.pdf was not: typst is not installed")
    assert page.is_file()
    assert not (tmp_path / "report.pdf").exists()


def test_a_run_gets_its_pdf_again(made: dict, tmp_path):
    write_report(made, tmp_path / "run-1")
    path = rewrite_pdf(tmp_path / "run-1")
    assert path == tmp_path / "run-1" / "report.pdf"
    assert path.read_bytes() == render_pdf(made)
    (tmp_path / "run-1" / "evidence.json").write_text("{")
    with pytest.raises(ReportError, match="cannot be read"):
        rewrite_pdf(tmp_path / "run-1")
    (tmp_path / "run-1" / "evidence.json").write_text("[]")
    with pytest.raises(ReportError, match="another version"):
        rewrite_pdf(tmp_path / "run-1")


def test_the_command_writes_page_and_paper(made: dict, tmp_path):
    write_report(made, tmp_path)
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "report.html" in done.output
    assert "report.pdf" in done.output
    (tmp_path / "report.pdf").unlink()
    CliRunner().invoke(app, ["report", str(tmp_path), "--no-pdf"])
    assert not (tmp_path / "report.pdf").exists()
