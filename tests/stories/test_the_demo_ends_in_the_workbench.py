"""The demo's films: a report at the end, and the study where `hilum serve` shows it finished."""

import shlex
from pathlib import Path

import httpx
import pytest

from hilum.phantom.study_files import FILMS
from serving.served import started


def _quick(text: str) -> str:
    """The films' study with readers that take no time; the demo leaves a study file that is there."""
    return (
        text.partition("[[readers]]")[0] + '[[readers]]\nmodel = "linear"\n\n[[readers]]\nscore = "curb65"\n'
    )


@pytest.mark.slow
def test_the_demo_names_its_report_and_the_workbench_in_which_its_study_is_finished(hilum, tmp_path):
    (tmp_path / "demo" / "hospital").mkdir(parents=True)
    (tmp_path / "demo" / "hospital" / "study.toml").write_text(_quick(FILMS))
    done = hilum("demo", "--patients", 60, "--table-patients", 1000, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines()[-4:])
    assert list(told) == ["run", "report", "workbench", "then"]
    assert (tmp_path / told["report"]).is_file()
    assert told["then"] == "http://127.0.0.1:8470/studies/phantom-hospital"
    words = shlex.split(told["workbench"])
    assert (Path(words[0]).name, words[1]) == ("hilum", "serve")
    workspace = tmp_path / words[words.index("--workspace") + 1]
    study = words[words.index("--study") + 1]
    with started(workspace, "--study", study) as (address, _), httpx.Client(timeout=60) as browser:
        assert browser.get(address).headers["location"] == "/studies/phantom-hospital"
        server = address.partition("/enter")[0]
        runs = browser.get(f"{server}/api/results", params={"study": study}).json()
        assert [one["run"] for one in runs["items"]] == [Path(told["run"]).name]
