"""Copies are found after compression, blur and a small crop; films that look alike are no copies."""

import cv2
import numpy as np
import pytest

from hilum.cohorts import check, keep_together, near_duplicate_groups

CHANGES = {
    "compressed": lambda a: cv2.imdecode(cv2.imencode(".jpg", a, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 0),
    "blurred": lambda a: cv2.GaussianBlur(a, (0, 0), 1.0),
    "brighter": lambda a: cv2.convertScaleAbs(a, alpha=0.8, beta=30),
    "smaller": lambda a: cv2.resize(a, (100, 100), interpolation=cv2.INTER_AREA),
    "cropped": lambda a: a[2:-2, 2:-2],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found_among_films_that_look_alike(tmp_path, classified, film, write, change):
    for number in range(40):
        write(tmp_path / f"{number}.png", film(number))
    write(tmp_path / "40.png", CHANGES[change](film(5)))
    images = [f"{number}.png" for number in range(41)]
    copies = near_duplicate_groups(classified(root=tmp_path, image=images, label=["normal"] * 41))
    assert [(group.cases, group.identical) for group in copies] == [(("c40", "c5"), False)]


def _three_pairs(tmp_path, classified, film, write, parts):
    for number in range(6):
        write(tmp_path / f"{number}.png", film(number // 2))
    images = [f"{number}.png" for number in range(6)]
    patients = ["a", "b", "c", "d", "e", "f"]
    labels = ["normal", "sick"] * 3
    return classified(root=tmp_path, image=images, patient=patients, part=parts, label=labels)


def test_identical_images_across_parts_are_serious_until_kept_together(tmp_path, classified, film, write):
    parts = ["train", "test", "train", "train", "test", "validation"]
    cohort = _three_pairs(tmp_path, classified, film, write, parts)
    findings = check(cohort)
    across = [item for item in findings.items if item.code == "identical_across_parts"]
    assert (across[0].level, across[0].n, across[0].cases) == ("serious", 2, ("c0", "c1", "c4", "c5"))
    assert findings.near_duplicate_groups == (("c0", "c1"), ("c2", "c3"), ("c4", "c5"))
    together = keep_together(cohort, near_duplicate_groups(cohort))
    assert together.cases["part"].tolist() == ["train", "train", "train", "train", "validation", "validation"]
    assert "2 patients were moved to another part" in together.notes[-1]
    assert not check(together).serious
    assert "3 groups of copies lie within a part" in next(
        item.text for item in check(together).items if item.code == "copies_within_part"
    )


def test_a_copy_of_an_external_case_leaves_training(tmp_path, classified, film, write):
    parts = ["train", "cohort A", "cohort A", "cohort B", "train", "train"]
    cohort = _three_pairs(tmp_path, classified, film, write, parts)
    together = keep_together(cohort, near_duplicate_groups(cohort))
    assert together.cases["patient"].tolist() == ["b", "c", "d", "e", "f"]
    assert together.cases["part"].tolist() == ["cohort A", "cohort A", "cohort B", "train", "train"]
    assert (together.flow[-1].excluded, together.flow[-1].remaining_cases) == (1, 5)


def test_whole_patients_move_with_all_their_images(tmp_path, classified, film, write):
    for number, seed in enumerate([0, 1, 2, 0, 9]):
        write(tmp_path / f"{number}.png", film(seed))
    cohort = classified(
        root=tmp_path,
        image=[f"{number}.png" for number in range(5)],
        patient=["a", "a", "b", "c", "c"],
        part=["train", "train", "train", "test", "test"],
        label=["normal"] * 5,
    )
    together = keep_together(cohort, near_duplicate_groups(cohort))
    assert together.cases["part"].tolist() == ["train"] * 5


def test_black_and_unreadable_pictures_are_no_copies_of_others(tmp_path, classified, film, write):
    write(tmp_path / "0.png", np.zeros((50, 50), np.uint8))
    write(tmp_path / "1.png", np.full((60, 60), 3, np.uint8))
    write(tmp_path / "2.png", film(1))
    (tmp_path / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    cohort = classified(root=tmp_path, image=["0.png", "1.png", "2.png", "3.png"], label=["normal"] * 4)
    copies = near_duplicate_groups(cohort)
    assert (copies.groups, copies.unreadable) == ((), ("c3",))
    assert "unreadable_image" in [item.code for item in check(cohort, copies=copies).items]


def test_without_images_there_are_no_copies(classified):
    assert near_duplicate_groups(classified(label=["normal", "sick"])).groups == ()


def test_bodies_of_like_build_are_no_copies(tmp_path, classified, film, write):
    """The same outline with other ribs and vessels: alike on the whole, and different in detail."""
    outline = cv2.GaussianBlur(film(3).astype(np.float32), (0, 0), 8.0)
    for number in range(2):
        texture = np.random.default_rng(number).normal(0, 1, outline.shape).astype(np.float32)
        fine = cv2.GaussianBlur(texture, (0, 0), 2.0)
        write(tmp_path / f"{number}.png", np.clip(outline + 4 * fine / fine.std(), 0, 255).astype(np.uint8))
    small = [
        cv2.resize(cv2.imread(str(tmp_path / f"{n}.png"), 0), (48, 48), interpolation=cv2.INTER_AREA)
        for n in (0, 1)
    ]
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.98
    assert not near_duplicate_groups(
        classified(root=tmp_path, image=["0.png", "1.png"], label=["normal", "normal"])
    ).groups


def test_copies_in_train_and_validation_alone_are_a_warning(tmp_path, classified, film, write):
    parts = ["train", "validation", "train", "train", "test", "test"]
    findings = check(_three_pairs(tmp_path, classified, film, write, parts))
    (found,) = [item for item in findings.items if item.code == "copies_in_validation"]
    assert (found.level, found.n, found.cases) == ("warning", 1, ("c0", "c1"))
    assert not findings.serious
