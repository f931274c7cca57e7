"""The help names everything whole, and a near miss is answered with what was meant."""

from importlib.metadata import version
from subprocess import CompletedProcess

import pytest
from typer.testing import CliRunner

from hilum.cli import SHORT, app
from hilum.phantom.worlds import WORLDS


def refusal(done):
    assert done.returncode == 2, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    return lines[0].removeprefix("hilum: ")


@pytest.fixture
def hilum(monkeypatch):
    """The command in this process; starting one for every word would take most of the time."""

    def start(*arguments: object, folder=None):
        if folder is not None:
            monkeypatch.chdir(folder)
        words = [str(word) for word in arguments]
        done = CliRunner().invoke(app, words, prog_name="hilum")
        return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return start


@pytest.fixture
def run_of_a_table(hilum, tmp_path):
    """A folder with a finished run of a study that needs no training."""
    rows = [f"{i:03d},{i % 60 + 1},{int(i % 3 == 0)},{i % 6}" for i in range(90)]
    (tmp_path / "table.csv").write_text("patient,days,died,points\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "points.csv").write_text(
        "patient,score\n" + "\n".join(f"{i:03d},{i % 6}" for i in range(90)), encoding="utf-8"
    )
    (tmp_path / "who-dies.toml").write_text(
        """
version = 1
[cohort]
table = "table.csv"
patient = "patient"
[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]
[[readers]]
product = "points.csv"
""",
        encoding="utf-8",
    )
    done = hilum("run", tmp_path / "who-dies.toml")
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_help_cuts_no_line_and_says_where_to_start(hilum):
    said = hilum("--help").stdout
    assert "..." not in said.partition("Commands:")[2]
    assert "Start with `hilum demo`" in said
    named = [line.split()[0] for line in said.splitlines() if line.startswith("  ") and line[2:3].isalpha()]
    assert [name for name in named if name in SHORT] == list(SHORT)
    assert max(map(len, SHORT.values())) <= 55


def test_the_version_is_told(hilum):
    assert hilum("--version").stdout == f"hilum {version('hilum')}\n"


def test_the_help_of_phantom_names_every_world_and_how_many_patients_it_has(hilum):
    said = " ".join(hilum("phantom", "--help").stdout.split())
    for world in WORLDS:
        assert world.name in said
        assert f"({world.patients:,} patients)" in said


def test_a_world_that_is_none_names_them_all(hilum, tmp_path):
    said = refusal(hilum("phantom", "heart", tmp_path / "x"))
    assert all(f"`{world.name}`" in said for world in WORLDS)


def test_a_folder_world_names_a_study_only_where_one_lies(hilum, tmp_path):
    made = ("phantom", "pneumonia-products", tmp_path / "films", "--patients", 20)
    said = hilum(*made).stdout
    advice = (
        "put a study file beside them, such as examples/pneumonia-products/study.toml, and `hilum run` it"
    )
    assert said.endswith(f"next: {advice}\n")
    (tmp_path / "films" / "study.toml").write_text("version = 1\n", encoding="utf-8")
    assert hilum(*made).stdout.endswith(f"next: hilum run {tmp_path / 'films' / 'study.toml'}\n")


def test_a_size_that_a_folder_world_cannot_have(hilum, tmp_path):
    said = refusal(hilum("phantom", "lung-scans", tmp_path / "x", "--longest-side", 512))
    assert said == (
        "the films of `lung-scans` have one size, 256 pixels at their longest side: leave --longest-side out"
    )
    assert not (tmp_path / "x").exists()


def test_too_few_patients_for_a_folder_world(hilum, tmp_path):
    said = refusal(hilum("phantom", "lung-scans", tmp_path / "x", "--patients", 20))
    assert said == (
        "20 patients were asked for, and such a folder has 24 to 99999 of them: ask for a number between, "
        "or leave the number out"
    )


def test_the_catalogue_tells_of_the_search_and_of_slices(hilum):
    said = hilum("catalogue").stdout
    assert "  auto                     Tries several networks" in said
    assert "  slices(NAME)             Any network for single images" in said


@pytest.mark.parametrize("word", ["Auto", "automatic"])
def test_a_search_by_another_word(hilum, folder_study, word):
    text = folder_study.read_text(encoding="utf-8")
    folder_study.write_text(text.replace("small_cnn", word), encoding="utf-8")
    assert refusal(hilum("run", folder_study)) == f"the model `{word}` is unknown: did you mean `auto`?"


def test_images_without_labels_that_are_not_there(hilum, folder_study):
    text = folder_study.read_text(encoding="utf-8") + 'pretrained = "self"\nunlabelled = "more"\n'
    folder_study.write_text(text, encoding="utf-8")
    said = refusal(hilum("run", folder_study))
    assert said.startswith(
        f"the folder of images without labels {folder_study.parent / 'more'} does not exist"
    )


def test_the_help_of_evaluate_says_how_several_readings_are_named(hilum):
    said = " ".join(hilum("evaluate", "--help").stdout.split())
    assert "For several: --readings A --readings B, or --readings A B." in said


def test_a_folder_in_place_of_a_study_file(hilum, tmp_path):
    assert refusal(hilum("run", tmp_path)) == (
        f"{tmp_path} is a folder, and a study file (.toml) is wanted: name the file, such as study.toml"
    )
    (tmp_path / "lung.toml").write_text("version = 1\n", encoding="utf-8")
    said = refusal(hilum("run", tmp_path))
    assert said.endswith(f"a study file (.toml) is wanted: name `{tmp_path / 'lung.toml'}`")


def test_folders_in_place_of_a_run(hilum, run_of_a_table):
    folder = run_of_a_table
    advice = f"name one of those in it, `{folder / 'runs' / 'who-dies-1'}`"
    assert refusal(hilum("report", folder / "runs")) == f"runs is not the folder of a run: {advice}"
    assert refusal(hilum("report", folder)) == f"{folder.name} is not the folder of a run: {advice}"
    assert "such as runs/STUDY-1" in refusal(hilum("report", folder / "nowhere"))
    assert hilum("report", folder / "runs" / "who-dies-1", "--no-pdf").returncode == 0


def test_a_study_without_runs_names_those_that_have_some(hilum, run_of_a_table):
    done = hilum("runs", "--study", "nothing", folder=run_of_a_table)
    assert done.returncode == 0
    assert done.stdout == "no run is of a study `nothing`: there are runs of `who-dies`\n"
    refused = hilum("runs", "--study", "nothing", "--mlflow", "out", folder=run_of_a_table)
    assert refusal(refused) == "no run is of a study `nothing`: there are runs of `who-dies`"
    assert not (run_of_a_table / "out").exists()


def test_a_whole_run_is_no_model_to_give_on(hilum, run_of_a_table, tmp_path):
    run = run_of_a_table / "runs" / "who-dies-1"
    said = refusal(hilum("export", run, "--onnx", tmp_path / "a.onnx"))
    assert said == "who-dies-1 is a run, and no model was trained in it: name a model of another"
    model = run / "models" / "resnet18" / "1"
    model.mkdir(parents=True)
    (model / "model.json").write_text("{}", encoding="utf-8")
    said = refusal(hilum("export", run, "--onnx", tmp_path / "a.onnx"))
    assert said == f"who-dies-1 is a run, and one model is wanted: name `{model}`"


def test_an_export_of_nothing_says_what_to_add(hilum, tmp_path):
    said = refusal(hilum("export", tmp_path))
    assert said == (
        "nothing was asked for: add `--onnx model.onnx` for a file to write, `--monai bundle` for a folder "
        "to make, or both"
    )
