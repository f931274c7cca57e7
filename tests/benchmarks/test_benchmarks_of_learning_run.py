"""The benchmarks of what is learnt, with few small images: folds, changed copies, both arms, the phantom."""

import doctest
import importlib
import json

import cv2
import numpy as np
import pandas as pd
import pytest


def _film(rng, side, bright):
    film = rng.normal(90, 25, (side, side))
    film[side // 4 : side // 2, side // 4 : side // 2] += 60 * bright
    return np.clip(film, 0, 255).astype(np.uint8)


@pytest.fixture
def source(tmp_path):
    """Made-up images under the names of the real sets."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 2
    films = np.stack([_film(rng, 28, label) for label in labels])
    (tmp_path / "pneumoniamnist").mkdir()
    np.savez(
        tmp_path / "pneumoniamnist" / "pneumoniamnist_train_val.npz",
        train_images=films[:100],
        train_labels=labels[:100, None],
        val_images=films[100:],
        val_labels=labels[100:, None],
    )
    for folder, pattern in (
        ("normal", "IM-{:04d}-0001.jpeg"),
        ("pneumonia", "person{}_bacteria_1.jpeg"),
        ("pneumonia", "person{}_virus_2.jpeg"),
    ):
        (tmp_path / "cxr_pneumonia" / folder).mkdir(parents=True, exist_ok=True)
        for number in range(20):
            film = _film(rng, 64, folder == "pneumonia")
            cv2.imwrite(str(tmp_path / "cxr_pneumonia" / folder / pattern.format(number)), film)
    return tmp_path


def test_both_arms_on_images_as_they_are_and_changed(run, source):
    small = ("--source", source, "--folds", 0, "--model", "small_cnn", "--epochs", 1, "--size", 32)
    found = run("automatic", "--data", "pneumoniamnist", "cxr3", *small, "--plain-minutes", 0.01)
    assert set(found) == {"pneumoniamnist", "cxr3"}
    for of_set in found.values():
        assert {"as they are", "darker", "brighter", "less contrast", "blurred", "noisy"} <= set(of_set)
        for arms in of_set.values():
            assert set(arms) == {"hilum", "plain"}
            assert all(0 <= score["auc"] <= 1 and score["brier"] >= 0 for score in arms.values())


def test_a_fold_that_is_done_is_not_run_again(run, source, tmp_path, monkeypatch):
    few = ("--data", "pneumoniamnist", "--source", source, "--folds", 0, "--keep", tmp_path / "kept")
    small = ("--model", "small_cnn", "--epochs", 1, "--size", 32, "--plain-minutes", 0.01)
    first = run("automatic", *few, *small)
    monkeypatch.setattr("trials.ours.run_fold", None)  # a second run would stumble over it
    assert run("automatic", *few, *small) == first
    with pytest.raises(SystemExit, match="other options"):
        run("automatic", *few, *small, "--seed", 1)


def test_a_set_that_is_not_there_is_left_out_and_named(script, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["automatic.py", "--source", str(tmp_path)])
    script("automatic").main()
    said = capsys.readouterr().out
    assert all(f"{name} is left out" in said for name in ("pneumoniamnist", "cxr", "cxr3"))
    assert json.loads(said.splitlines()[-1]) == {}


def test_a_person_and_the_copies_of_a_picture_stay_in_one_part(tmp_path):
    from trials.folds import FOLDS, parts_of, units
    from trials.ours import write_films
    from trials.sets import ImageSet

    rng = np.random.default_rng(1)
    smooth = [cv2.resize(rng.integers(0, 256, (8, 8), np.uint8), (64, 64)) for _ in range(60)]
    persons = [f"p{number // 2}" for number in range(60)]
    smooth[59] = smooth[0].copy()
    cases = pd.DataFrame(
        {"file": [f"{n}.png" for n in range(60)], "label": ["normal", "pneumonia"] * 30, "person": persons}
    )
    images = ImageSet("made up", tuple(smooth), cases, ("normal", "pneumonia"), plain_size=32)
    write_films(images, tmp_path)
    unit = units(images, tmp_path)
    assert len(np.unique(unit)) == 29  # thirty persons, of whom the first and the last share a picture
    assert unit[0] == unit[1] == unit[58] == unit[59]
    tested = np.zeros(60, int)
    for fold in range(FOLDS):
        part = parts_of(unit, fold, seed=3)
        assert set(part) == {"train", "validation", "test"}
        assert pd.Series(part).groupby(unit).nunique().max() == 1
        tested += part == "test"
    assert (tested == 1).all()


def test_copies_are_changed_as_their_names_say():
    from trials.shifts import SHIFTS, shifted

    rng = np.random.default_rng(2)
    film = cv2.resize(rng.integers(40, 200, (16, 16), np.uint8), (96, 96), interpolation=cv2.INTER_NEAREST)
    copies = {name: shifted(film, name, np.random.default_rng(0)).astype(float) for name in SHIFTS}
    plain = copies["as they are"]
    assert (plain == film).all()
    assert np.allclose(copies["darker"], 0.7 * plain, atol=0.51)
    assert copies["brighter"].mean() > plain.mean() > copies["darker"].mean()
    assert copies["less contrast"].std() == pytest.approx(plain.std() / 2, rel=0.01)
    assert np.abs(np.diff(copies["blurred"])).max() < np.abs(np.diff(plain)).max()
    assert (copies["noisy"] - plain).std() == pytest.approx(0.06 * 255, rel=0.1)


@pytest.mark.parametrize("name", ["scoring", "sets", "shifts"])
def test_the_examples_of_what_they_share_hold(name):
    failed, tried = doctest.testmod(importlib.import_module(f"trials.{name}"))
    assert (failed, tried > 0) == (0, True)


def test_survival_beside_what_a_perfect_reader_reaches(run):
    small = ("--patients", 200, "--truth-patients", 4000, "--pixels", 32, "--size", 32)
    found = run("survival", "--model", "small_cnn", "--epochs", 1, *small)
    for reader in ("image", "image+curb65", "curb65"):
        assert 0.4 < found[reader]["ceiling"] < 1
        assert 0 <= found[reader]["c"]["low"] <= found[reader]["c"]["value"] <= 1
    assert found["image+curb65"]["ceiling"] > found["image"]["ceiling"] > 0.6
    assert found["minutes"]["all"] >= found["minutes"]["training"] >= 0


def test_labels_are_made_unknown_where_the_model_learns(script):
    findings = script("findings")
    table, people = findings.draw_people(400, seed=1)
    some = findings.forgotten(table, seed=1)
    tested = (table["part"] == "test").to_numpy()
    names = list(findings.FINDINGS)
    assert some.loc[tested, names].notna().all(axis=None)
    assert some.loc[~tested, names].isna().mean(axis=None) == pytest.approx(0.3, abs=0.04)
    assert [person.severity > 0 for person in people] == (table["pneumonia"] == 1).tolist()


def test_findings_with_and_without_all_labels(run):
    small = ("--films", 80, "--pixels", 32, "--size", 32)
    found = run("findings", "--model", "small_cnn", "--epochs", 1, *small)
    assert found["lost"] == pytest.approx(found["complete"]["macro"] - found["missing"]["macro"])
    assert all(0 <= value <= 1 for which in ("complete", "missing") for value in found[which].values())
