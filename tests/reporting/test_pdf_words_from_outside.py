"""Nothing in a table or a title can speak typst's language, or reach beyond the report's folder."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hilum.errors import ReportError
from hilum.reporting import evaluation_report
from hilum.reporting.pdf import render_pdf
from hilum.reporting.pdf import write as write_module
from hilum.reporting.pdf.blocks import breakable, clean, prose

# If any of it were taken for code, typst would stop with an error, and so would the test.
COMMAND = (
    '#panic("run") #{panic("run")} $#panic("run")$ "]; #panic("run") \\ // /* `x` *b* _i_ @none <no> [ {'
)
LATIN = st.text(st.characters(max_codepoint=0x24F, exclude_categories=("Cs",)), max_size=60)


@pytest.fixture(scope="module")
def small(two_classes) -> dict:
    evaluation, readings, truth = two_classes
    made = evaluation_report(evaluation, readings, truth, "Three readers")
    figures = [figure for figure in made["figures"] if figure["kind"] == "forest"]
    return json.loads(json.dumps({**made, "figures": figures}))


def everywhere(value: object, word: str) -> object:
    """The evidence with a word put behind every text that a person or a table gave."""
    if isinstance(value, dict):
        kept = {
            "kind",
            "id",
            "method",
            "measure",
            "colour",
            "reader",
            "reader_a",
            "reader_b",
            "at",
            "name",
            "role",
        }
        return {key: each if key in kept else everywhere(each, word) for key, each in value.items()}
    if isinstance(value, list):
        return [everywhere(each, word) for each in value]
    return f"{value} {word}" if isinstance(value, str) and not value.startswith(("#", "data:")) else value


def test_commands_in_every_text_stay_text(small: dict):
    made = everywhere(small, COMMAND)
    assert render_pdf({**made, "evaluation": small["evaluation"]}).startswith(b"%PDF-")


def test_a_command_would_have_been_run_if_it_were_code(small: dict, tmp_path: Path, monkeypatch):
    template = write_module.TEMPLATE.read_text(encoding="utf-8")
    careless = tmp_path / "report.typ"
    careless.write_text(template.replace("report.question)", 'eval(report.question, mode: "markup"))'))
    assert careless.read_text() != template
    monkeypatch.setattr(write_module, "TEMPLATE", careless)
    with pytest.raises(ReportError, match="panicked"):
        render_pdf({**small, "question": '#panic("run")'})


def test_typst_sees_its_own_folder_alone(small: dict, tmp_path: Path, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    template = write_module.TEMPLATE.read_text(encoding="utf-8")
    for reach in (str(secret), "../" * 12 + str(secret).lstrip("/")):
        curious = tmp_path / "report.typ"
        curious.write_text(f'#read("{reach}")\n{template}')
        monkeypatch.setattr(write_module, "TEMPLATE", curious)
        with pytest.raises(ReportError, match="typst could not set the report"):
            render_pdf(small)


def test_the_template_asks_for_nothing_from_outside():
    template = write_module.TEMPLATE.read_text(encoding="utf-8")
    assert "@preview" not in template
    assert not re.search(r"#?\b(import|include|eval|plugin|read)\b\s*[(\"@]", template)
    assert re.findall(r'json\("([^"]+)"\)', template) == ["report.json"]


@pytest.mark.parametrize(
    "picture",
    [
        "file:///etc/passwd",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "/etc/passwd",
        "data:image/jpeg;base64,not base 64",
    ],
)
def test_a_picture_from_elsewhere_is_refused(small: dict, picture: str):
    example = {
        "case": "1",
        "part": "test",
        "truth": "ill",
        "right": True,
        "reader": "cnn",
        "scores": [],
        "picture": picture,
        "map": None,
    }
    with pytest.raises(ReportError, match="make the report anew"):
        render_pdf({**small, "examples": [example]})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LATIN)
def test_any_text_can_be_set(small: dict, text: str):
    made = {**small, "title": text or "t", "question": text, "answer": [text, f"`{text}`"]}
    assert render_pdf(made).startswith(b"%PDF-")


@given(st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_no_letter_is_lost_on_the_way(text: str):
    assert breakable(clean(text)).replace("\u200b", "") == clean(text).replace("\u200b", "")
    said = "".join(run["text"] for run in prose(text)).replace("\u200b", "").replace("\u00a0", " ")
    plain = clean(text).replace("\u200b", "").replace("\u00a0", " ")
    assert said == (plain if text.count("`") % 2 else plain.replace("`", ""))
    clean(text).encode("utf-8")


def test_long_words_can_be_broken():
    word = "densenet121_chexpert_pretrained_224px"
    assert max(len(piece) for piece in breakable(word).split("\u200b")) <= 22
    assert max(len(piece) for piece in breakable("x" * 90).split("\u200b")) <= 22
    assert breakable("resnet18+CURB-65") == "resnet18+CURB-65"
