"""A hospital's own protocol: a file, checked, kept beside the archive, printed in words."""

import json
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from typer.testing import CliRunner

from hilum.cli import app
from hilum.deid.options import IMAGING_DEVICE, PRESETS, RESEARCH, STRICT, Options
from hilum.deid.protocol import describe, protocol_of
from hilum.deid.protocol_file import options_from, protocol_named, read_protocol, written
from hilum.deid.protocol_text import as_markdown
from hilum.errors import WorkspaceError

TEXT = some.sampled_from(["cleaned", "removed"])
OPTIONS = some.builds(
    Options,
    name=some.from_regex(r"[a-z][a-z-]{0,39}", fullmatch=True),
    dates=some.sampled_from(["modified", "full", "removed"]),
    patient_characteristics=some.booleans(),
    descriptors=TEXT,
    structured_content=TEXT,
    graphics=TEXT,
    pixels=some.booleans(),
    device_identity=some.booleans(),
    uids=some.booleans(),
    safe_private=some.booleans(),
    institution_identity=some.booleans(),
    keep_words=some.sets(some.sampled_from(["brainlab", "seoyon", "요철"])).map(
        lambda words: tuple(sorted(words))
    ),
)


def saved(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


@given(OPTIONS)
def test_what_is_written_is_read_again(tmp_path_factory, options):
    path = saved(tmp_path_factory.mktemp("protocol"), written(options))
    assert read_protocol(path) == options


@given(OPTIONS)
def test_options_pass_between_processes_as_json(options):
    assert Options(**json.loads(json.dumps(asdict(options)))) == options
    assert options_from(json.loads(json.dumps(asdict(options)))) == options


def test_a_file_says_only_what_differs_from_its_preset(tmp_path):
    path = saved(tmp_path, 'based_on = "strict"\ndates = "full"\nkeep_words = ["Brainlab"]\n')
    options = read_protocol(path)
    assert (options.dates, options.descriptors, options.keep_words) == ("full", "removed", ("brainlab",))
    assert options.name == "own"


def test_no_file_is_the_preset_for_research(tmp_path):
    assert read_protocol(tmp_path / "protocol.toml") == RESEARCH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('date = "full"', "`date`, which is no option: use based_on, dates"),
        ('dates = "kept"', "`dates` in"),
        ('dates = "kept"', "modified, full or removed"),
        ('based_on = "loose"', "research, strict or imaging-device"),
        ('uids = "yes"', "`uids` in"),
        ("uids = 1", "true or false"),
        ('keep_words = ["A1234"]', "without digits"),
        ('keep_words = ["two words"]', "single words"),
        ('keep_words = "word"', "a list"),
        ('name = "Hong 1"', "small letters"),
        ("dates", "no TOML file"),
        ("dates = []", "`dates` in"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_sentence(tmp_path, text, said):
    with pytest.raises(WorkspaceError, match=r".") as caught:
        read_protocol(saved(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_protocol_that_is_neither_preset_nor_file_is_refused():
    with pytest.raises(
        WorkspaceError, match="no protocol and no file: use research, strict or imaging-device"
    ):
        protocol_named("loose")


@given(OPTIONS)
def test_every_protocol_can_be_printed_and_names_every_rule_once(options):
    protocol = protocol_of(options)
    page = as_markdown(protocol)
    for number, rule in enumerate(protocol.rules, 1):
        assert page.count(f"\n{number}. **{rule.name.capitalize()}.** ") == 1
        assert rule.sentence in page
    assert all(paragraph.isprintable() for paragraph in describe(options))


def test_presets_differ_where_they_say():
    assert {name: preset.name for name, preset in PRESETS.items()} == {name: name for name in PRESETS}
    different = {
        field.name
        for field in fields(Options)
        if getattr(RESEARCH, field.name) != getattr(STRICT, field.name)
    }
    assert different >= {"dates", "patient_characteristics", "descriptors", "safe_private"}
    assert IMAGING_DEVICE.device_identity


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_workspace_keeps_the_protocol_that_it_was_made_with(tmp_path, monkeypatch):
    own = saved(tmp_path, 'based_on = "research"\nname = "lung-trial"\nuids = true\n')
    workspace = tmp_path / "lung"
    run("init", str(workspace), "--protocol", str(own))
    own.unlink()
    assert read_protocol(workspace / "protocol.toml").uids
    assert "'lung-trial'" in " ".join(run("protocol", "--workspace", str(workspace)).split())
    monkeypatch.chdir(tmp_path)
    assert "'strict'" in run("protocol", "--protocol", "strict")


def test_a_wrong_protocol_makes_no_workspace(tmp_path):
    result = CliRunner().invoke(app, ["init", str(tmp_path / "lung"), "--protocol", "loose"])
    assert result.exit_code != 0
    assert not (tmp_path / "lung").exists()


def test_the_protocol_is_written_as_markdown_and_as_pdf(tmp_path):
    markdown, pdf = tmp_path / "protocol.md", tmp_path / "protocol.pdf"
    run("protocol", "--protocol", "imaging-device", "--markdown", str(markdown), "--pdf", str(pdf))
    assert "Study Description (0008,1030)" in markdown.read_text(encoding="utf-8")
    first = pdf.read_bytes()
    assert first.startswith(b"%PDF-")
    run("protocol", "--protocol", "imaging-device", "--pdf", str(pdf))
    assert pdf.read_bytes() == first


def test_the_protocol_without_suv_says_so():
    assert "SUV" in " ".join(describe(STRICT))
    assert "SUV" not in " ".join(describe(RESEARCH))
