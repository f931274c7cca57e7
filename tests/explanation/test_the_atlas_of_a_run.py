"""The atlas of a run's trained models: its files, its record, its section of the report."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from hilum.conduct.atlas_groups import cases_looked_at, pairs_of
from hilum.conduct.atlas_stage import AtlasAsked, atlas_of_run
from hilum.conduct.opinions import readings_path
from hilum.errors import CohortError, ModelError
from hilum.explanation.atlas import AtlasOptions
from hilum.readers.trained import TrainedModel
from hilum.reporting.atlas_section import atlas_sections
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import outcomes, prepared_for, small_plan, two_classes

PAIR = "pneumonia-vs-normal"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run of one model with two repeats on films with a brighter disc, and its atlas."""
    folder: Path = tmp_path_factory.mktemp("atlas")
    cohort = two_classes(folder / "films", n=80)
    plan = small_plan(epochs=6)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    run = folder / "run"
    for repeat in (1, 2):
        task, options = (
            make_task(cohort),
            TrainOptions(run / "models" / "tiny", "tiny", seed=1, repeat=repeat),
        )
        train(cohort, prepared, task, plan, options)
    (run / "readings").mkdir()
    TrainedModel.load(run / "models" / "tiny").read(cohort, prepared).save(readings_path(run, "tiny"))
    asked = AtlasAsked(options=AtlasOptions(permutations=200, seed=3))
    atlas_of_run(run, cohort, ["tiny"], prepared=lambda _: prepared, asked=asked)
    return run, cohort, prepared


def test_the_record_says_who_was_compared_and_what_chance_would_bring(made):
    record = json.loads((made[0] / "atlas" / "atlas.json").read_text())
    assert (record["part"], record["part_of_images"], record["seed"]) == ("test", "all", 3)
    (pair,) = record["pairs"]
    assert (pair["first"], pair["second"], pair["problems"]) == ("pneumonia", "normal", [])
    images, tiny = pair["columns"]
    assert images["n"] == [40, 40]
    assert tiny["n"] == [8, 8]
    assert tiny["label"] == "tiny \u00d72"
    assert "expected by chance" in tiny["sentences"][0]


def test_the_disc_is_where_the_images_differ(made):
    with np.load(made[0] / "atlas" / PAIR / "images.npz") as kept:
        found = kept["significant_max_t"]
        assert found[12:20, 12:20].all()
        assert (kept["difference"][12:20, 12:20] > 0).all()
        # Around a bright disc the rest is shown darker: a difference too, of the other sign.
        assert not (found & (kept["difference"] > 0))[:3, :3].any()


def test_anybody_can_test_the_kept_maps_again(made):
    folder = made[0] / "atlas" / PAIR
    with np.load(folder / "tiny-maps.npz") as maps, np.load(folder / "tiny.npz") as kept:
        assert sorted(maps.files) == ["group", "maps"]
        first, second = (maps["maps"][maps["group"] == one].astype(np.float64) for one in (1, 0))
        for name, equal in (("student", True), ("welch", False)):
            tested = np.ptp(maps["maps"], axis=0) > 0
            t = stats.ttest_ind(first[:, tested], second[:, tested], equal_var=equal).statistic
            np.testing.assert_allclose(kept[f"t_{name}"][tested], t, rtol=0, atol=1e-10)
        np.testing.assert_allclose(kept["difference"], first.mean(axis=0) - second.mean(axis=0), atol=1e-12)


def test_figures_are_fit_to_print(made):
    folder = made[0] / "atlas" / PAIR
    for name in ("maps", "tests", "effects", "p-values"):
        assert {path.suffix for path in folder.glob(f"{name}.*")} == {".png", ".svg", ".pdf"}
        with Image.open(folder / f"{name}.png") as image:
            assert round(image.info["dpi"][0]) == 300
            assert image.width <= 2110


def test_the_section_of_the_report_has_pictures_and_methods(made):
    (section,) = atlas_sections(made[0])
    assert len(section["figures"]) == 4
    assert section["figures"][0]["picture"].startswith("data:image/png;base64,")
    assert "200 permutations, seed 3" in section["methods"]
    assert [row[0] for row in section["table"]["rows"]] == ["the images", "tiny \u00d72"]


def test_made_again_every_file_has_the_same_bytes(made, tmp_path):
    run, cohort, prepared = made
    asked = AtlasAsked(options=AtlasOptions(permutations=200, seed=3))
    atlas_of_run(run, cohort, ["tiny"], prepared=lambda _: prepared, asked=asked, folder=tmp_path)
    for path in sorted((run / "atlas").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / path.relative_to(run / "atlas")).read_bytes(), path.name


def test_no_file_names_a_patient(made):
    for path in (made[0] / "atlas").rglob("*.json"):
        assert not any(f'"{name}"' in path.read_text() for name in made[1].cases["patient"])


def test_what_is_not_there_is_refused_in_a_sentence(made):
    run, cohort, prepared = made
    with pytest.raises(CohortError, match="no part `tset`"):
        atlas_of_run(run, cohort, ["tiny"], prepared=lambda _: prepared, asked=AtlasAsked(part="tset"))
    with pytest.raises(ModelError, match="`cma`"):
        atlas_of_run(run, cohort, ["tiny"], prepared=lambda _: prepared, asked=AtlasAsked(method="cma"))


def test_a_small_test_part_is_not_compared_alone(tmp_path):
    cohort = two_classes(tmp_path, n=20)
    name, chosen = cases_looked_at(cohort, pairs_of(cohort))
    assert name == "all"
    assert chosen.all()
    assert cases_looked_at(cohort, pairs_of(cohort), "test")[1].sum() == 4


def test_events_by_the_first_horizon_are_set_against_none_by_then(tmp_path):
    cohort = outcomes(tmp_path, n=60)
    (pair,) = pairs_of(cohort)
    assert (pair.first, pair.second) == ("event by day 30", "no event by day 30")
    time, event = cohort.cases["time"], cohort.cases["event"]
    assert (pair.is_first == ((time <= 30) & (event == 1))).all()
    assert not pair.known[(time < 30) & (event == 0)].any()


def test_where_there_are_too_many_images_for_memory_some_are_drawn_and_that_is_said(
    made, tmp_path, monkeypatch
):
    run, cohort, prepared = made
    monkeypatch.setattr("hilum.conduct.atlas_look._MOST_PIXELS", 12 * 32 * 32)
    asked = AtlasAsked(options=AtlasOptions(permutations=50))
    record = atlas_of_run(run, cohort, ["tiny"], prepared=lambda _: prepared, asked=asked, folder=tmp_path)
    for column in json.loads(record.read_text())["pairs"][0]["columns"]:
        assert sum(column["n"]) == 12
        assert "12 were drawn by chance" in column["sentences"][-1]
