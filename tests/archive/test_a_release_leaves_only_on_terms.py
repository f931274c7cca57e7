"""A data set leaves with approval, committee, expiry and recipient, verified and on record; or not at all."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.release import states
from hilum.archive.release_log import ReleaseLog
from hilum.archive.release_package import check_package
from hilum.archive.release_terms import today
from hilum.cli import app

TERMS = {
    "--recipient": "Busan AI Centre",
    "--approval": "IRB 2026-014",
    "--committee": "Data Review Board",
    "--expires": (today() + timedelta(days=30)).isoformat(),
    "--purpose": "nodules on films",
}


@pytest.fixture
def archive(archive: Archive, tmp_path: Path) -> Archive:
    """Three patients with two films each."""
    (tmp_path / "in").mkdir()
    for number in range(6):
        (tmp_path / "in" / f"{number}.dcm").write_bytes(film(number, patient=f"9876543{number // 2}"))
    assert archive.ingest([tmp_path / "in"], workers=1).archived == 6
    return archive


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with one film, for what is refused and leaves nothing behind."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "1.dcm").write_bytes(film(1, patient="98765430"))
    archive = open_archive(create_workspace(folder / "workspace"))
    assert archive.ingest([folder / "1.dcm"], workers=1).archived == 1
    return archive


def hilum(archive: Archive, *arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["archive", *map(str, arguments), "--workspace", str(archive.workspace.root)]
    )
    return done.exit_code, done.output


def on_terms(**other: str) -> list[str]:
    terms = TERMS | {f"--{name}": value for name, value in other.items()}
    return [part for pair in terms.items() for part in pair]


def test_a_package_carries_its_terms_protocol_statistics_and_hashes(archive: Archive, tmp_path: Path):
    code, told = hilum(archive, "release", tmp_path / "out", *on_terms())
    assert (code, "6 images of 3 patients" in told) == (0, True), told
    out = tmp_path / "out"
    rows = list(csv.DictReader((out / "manifest.csv").read_text().splitlines()))
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {row["path"] for row in rows} == there - {"manifest.csv", "RELEASE.json"}
    for row in rows:
        assert hashlib.sha256((out / row["path"]).read_bytes()).hexdigest() == row["sha256"]
    facts = json.loads((out / "RELEASE.json").read_text())
    assert facts["approval"] == "IRB 2026-014"
    assert facts["committee"] == "Data Review Board"
    assert facts["manifest_sha256"] == hashlib.sha256((out / "manifest.csv").read_bytes()).hexdigest()
    assert (facts["patients"], facts["images"]) == (3, 6)
    assert "PS3.15" in (out / "protocol.md").read_text()
    assert json.loads((out / "statistics.json").read_text())["total"]["images"] == 6
    assert check_package(out) == []
    assert {path.suffix for path in (out / "images").rglob("*") if path.is_file()} == {".dcm"}
    for path in out.rglob("*"):
        assert "9876543" not in str(path.relative_to(out))
        assert not path.is_file() or b"9876543" not in path.read_bytes()


def test_a_recipient_sees_what_was_changed_on_the_way(archive: Archive, tmp_path: Path):
    hilum(archive, "release", tmp_path / "out", *on_terms())
    first = next((tmp_path / "out" / "images").rglob("*.dcm"))
    first.write_bytes(first.read_bytes() + b"\0")
    (tmp_path / "out" / "protocol.md").unlink()
    (tmp_path / "out" / "more.txt").write_text("more")
    found = " ".join(check_package(tmp_path / "out"))
    assert "1 files are missing 1 files were added 1 files were changed" in found


@pytest.mark.parametrize("left_out", TERMS)
def test_each_term_is_demanded(left_out: str, shared: Archive, tmp_path: Path):
    terms = [part for name, value in TERMS.items() if name != left_out for part in (name, value)]
    for given in (terms, [*terms, left_out, "  "]):
        code, told = hilum(shared, "release", tmp_path / "out", *given)
        assert (code, left_out in told) == (2, True), told
    assert not (tmp_path / "out").exists()
    assert ReleaseLog(shared).entries() == []


@pytest.mark.parametrize("expires", ["2020-01-01", "2031-02-30", "31.12.2031", "soon", "20311231"])
def test_an_approval_that_expired_or_says_no_day_is_refused(expires: str, shared: Archive, tmp_path: Path):
    assert hilum(shared, "release", tmp_path / "out", *on_terms(expires=expires))[0] == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text", ["film of 98765430", "98765430.", "ACC98765430", "see ACC98765430, please", "(98765430)"]
)
def test_terms_that_name_a_patient_are_refused_and_not_repeated(text: str, shared: Archive, tmp_path: Path):
    code, told = hilum(shared, "release", tmp_path / "out", *on_terms(purpose=text))
    assert (code, "identifier of a patient" in told, "9876543" in told) == (2, True, False)


def test_expired_releases_are_listed_as_such(archive: Archive, tmp_path: Path):
    hilum(archive, "release", tmp_path / "out", *on_terms(expires=today().isoformat()))
    hilum(archive, "release", tmp_path / "more", *on_terms())
    code, told = hilum(archive, "releases")
    assert (code, "0 days left" in told, "30 days left" in told) == (0, True, True), told
    tomorrow = states(ReleaseLog(archive).entries(), today() + timedelta(days=1))
    assert [state for _, state in tomorrow] == ["expired", "valid"]
    assert tomorrow[0][0].left_days(today() + timedelta(days=1)) == -1
    row = json.loads(hilum(archive, "releases", "--json")[1])["releases"][1]
    assert (row["approval"], row["state"], row["days_left"]) == ("IRB 2026-014", "valid", 30)


def test_a_withdrawn_approval_is_on_record_and_refused_from_then_on(archive: Archive, tmp_path: Path):
    hilum(archive, "release", tmp_path / "out", *on_terms())
    hilum(archive, "release", tmp_path / "other", *on_terms(approval="7"))
    assert hilum(archive, "release", "--withdraw", "IRB 2026-014")[0] == 2  # no reason
    assert hilum(archive, "release", "--withdraw", "no such", "--reason", "consent withdrawn")[0] == 2
    code, told = hilum(archive, "release", "--withdraw", "IRB 2026-014", "--reason", "consent withdrawn")
    assert (code, "tell Busan AI Centre" in told) == (0, True), told
    assert hilum(archive, "release", tmp_path / "again", *on_terms())[0] == 2
    assert [state for _, state in states(ReleaseLog(archive).entries(), today())] == ["withdrawn", "valid"]
    hilum(archive, "release", "--withdraw", "2", "--reason", "the wrong films")  # this release alone
    assert hilum(archive, "release", tmp_path / "again", *on_terms(approval="7"))[0] == 0


def test_images_that_changed_in_the_archive_are_not_released(archive: Archive, tmp_path: Path):
    images = archive.images()["image"]
    path = archive.path(images[0])
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    archive.path(images[1]).unlink()
    code, told = hilum(archive, "release", tmp_path / "out", *on_terms())
    assert (code, "2 of 6 images" in told) == (2, True), told
    assert not (tmp_path / "out").exists()
    assert [path for path in tmp_path.iterdir() if "unfinished" in path.name] == []
    assert ReleaseLog(archive).entries() == []


def test_nothing_is_written_over_and_nothing_into_the_archive(archive: Archive, tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("kept")
    for place in (tmp_path / "there", archive.folder / "out", archive.workspace.vault_folder / "out"):
        assert hilum(archive, "release", place, *on_terms())[0] == 2
    assert (tmp_path / "there" / "file").read_text() == "kept"


def test_a_part_is_chosen_by_images_or_patients_with_research_or_real_identifiers(
    archive: Archive, tmp_path: Path
):
    images = archive.images()
    images.head(1)[["image"]].to_csv(tmp_path / "images.csv", index=False)
    (tmp_path / "research.csv").write_text(f"patient\n{images['patient'][0]}\n")
    (tmp_path / "real.csv").write_text("patient\n98765430\n98765431\n")
    (tmp_path / "unknown.csv").write_text("patient\n98765430\n11112222\n")
    for name, option, count in (
        ("images", "--images", 1),
        ("research", "--patients", 2),
        ("real", "--patients", 4),
    ):
        out = tmp_path / name
        assert hilum(archive, "release", out, *on_terms(), option, tmp_path / f"{name}.csv")[0] == 0
        assert len(list(out.rglob("*.dcm"))) == count
    code, told = hilum(
        archive, "release", tmp_path / "u", *on_terms(), "--patients", tmp_path / "unknown.csv"
    )
    assert (code, "1 of the patients" in told, "11112222" in told) == (2, True, False)


def test_a_release_of_a_study_has_the_images_of_its_cohort(archive: Archive, tmp_path: Path):
    from hilum.cohorts import Cohort
    from hilum.study import Classification

    images = archive.images()["image"].tolist()
    cases = pd.DataFrame(
        {"case": ["a", "b"], "patient": ["p", "q"], "part": "test", "image": images[:2], "label": ["0", "1"]}
    )
    run = archive.workspace.runs_folder / "films-1"
    run.mkdir()
    Cohort(cases, Classification(label="label"), archive.folder, (), ("0", "1"), "1", ()).save(
        run / "cohort.parquet"
    )
    for place, named in (("one", run), ("two", Path("films-1"))):
        assert hilum(archive, "release", tmp_path / place, *on_terms(), "--study", named)[0] == 0
        assert len(list((tmp_path / place).rglob("*.dcm"))) == 2


def test_the_record_of_releases_cannot_be_changed_and_shows_what_was_tried(archive: Archive, tmp_path: Path):
    def change(*statements: str) -> None:
        with archive.engine.execution_options(writes=True).begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    for number in range(2):
        hilum(archive, "release", tmp_path / f"{number}", *on_terms())
    for statement in ("UPDATE releases SET recipient = 'x'", "DELETE FROM releases"):
        with pytest.raises(DBAPIError, match="append-only"):
            change(statement)
    triggers = {
        "sqlite": "DROP TRIGGER releases_no_removal",
        "postgresql": "DROP TRIGGER releases_no_change ON releases",
    }
    change(triggers[archive.engine.dialect.name], "DELETE FROM releases WHERE number = 2")
    code, told = hilum(archive, "releases")
    assert (code, "NOT whole" in told) == (1, True), told
    assert hilum(archive, "release", tmp_path / "more", *on_terms())[0] == 2
    change("DROP TABLE releases", "DROP TABLE releases_end")
    code, told = hilum(archive, "releases")
    assert (code, "NOT whole" in told) == (1, True), told


def test_killed_in_the_middle_there_is_no_folder_and_the_same_command_works_again(
    archive: Archive, tmp_path: Path
):
    code = f"""
        import os, signal, pathlib
        from hilum.archive import open_archive
        from hilum.archive.release import Release, make_release
        from hilum.archive.release_choice import all_images
        from hilum.archive.release_terms import Terms, today
        archive = open_archive({str(archive.workspace.root)!r})
        def progress(done, of, what):
            if done == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        release = Release(Terms("Centre", "1", "Board", today(), "films"), all_images(archive))
        make_release(archive, release, pathlib.Path({str(tmp_path / "out")!r}), progress)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert len([path for path in tmp_path.iterdir() if "unfinished" in path.name]) == 1
    assert ReleaseLog(archive).entries() == []
    assert hilum(archive, "release", tmp_path / "out", *on_terms())[0] == 0
    assert [path for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_two_releases_at_once_are_both_on_record(archive: Archive, tmp_path: Path):
    code = f"""
        import sys, pathlib
        from hilum.archive import open_archive
        from hilum.archive.release import Release, make_release
        from hilum.archive.release_choice import all_images
        from hilum.archive.release_terms import Terms, today
        archive = open_archive({str(archive.workspace.root)!r})
        release = Release(Terms("Centre", sys.argv[1], "Board", today(), "films"), all_images(archive))
        make_release(archive, release, pathlib.Path({str(tmp_path)!r}) / sys.argv[1])
    """
    running = [subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), name]) for name in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    log = ReleaseLog(archive)
    assert sorted(entry.approval for entry in log.entries()) == ["a", "b", "c"]
    assert log.fault() is None


def test_a_day_that_is_no_day_never_reaches_the_record():
    from hilum.archive.release_terms import terms_of
    from hilum.errors import WorkspaceError

    given = {name.removeprefix("--"): value for name, value in TERMS.items()}
    assert terms_of(given | {"expires": "2030-01-01"}, date(2030, 1, 1)).expires == date(2030, 1, 1)
    with pytest.raises(WorkspaceError, match="expired"):
        terms_of(given | {"expires": "2030-01-01"}, date(2030, 1, 2))
