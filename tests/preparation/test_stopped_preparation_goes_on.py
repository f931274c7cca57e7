import numpy as np
import pytest

from hilum.errors import ModelError
from hilum.preparation import open_prepared, prepare
from training.tiny import small_plan, two_classes


class StoppedError(Exception):
    pass


def noted(steps: list[int]):
    """A progress that notes how far it is."""
    return lambda done, total, what: steps.append(done)  # noqa: ARG005  # every progress is told three things


def test_it_reads_only_what_is_missing_and_ends_as_if_never_stopped(tmp_path):
    cohort = two_classes(tmp_path / "films", n=80)
    plan = small_plan()
    whole = prepare(cohort, plan, tmp_path / "whole", workers=1)

    def stop(done: int, total: int, what: str) -> None:
        if done >= 32:
            raise StoppedError

    with pytest.raises(StoppedError):
        prepare(cohort, plan, tmp_path / "prepared", stop, workers=1)
    with pytest.raises(ModelError, match="not complete"):
        open_prepared(tmp_path / "prepared")

    seen: list[int] = []
    again = prepare(cohort, plan, tmp_path / "prepared", noted(seen), workers=1)
    assert seen == [64, 80]
    np.testing.assert_array_equal(again.array, whole.array)


def test_a_second_call_reads_nothing(tmp_path):
    cohort = two_classes(tmp_path / "films", n=6)
    prepare(cohort, small_plan(), tmp_path / "prepared", workers=1)
    seen: list[int] = []
    prepare(cohort, small_plan(), tmp_path / "prepared", noted(seen), workers=1)
    assert seen == []


def test_a_changed_image_is_read_again(tmp_path):
    cohort = two_classes(tmp_path / "films", n=4)
    first = np.array(prepare(cohort, small_plan(), tmp_path / "prepared", workers=1).array)
    one, other = cohort.cases["image"].iloc[[0, 1]]
    (cohort.root / one).write_bytes((cohort.root / other).read_bytes())
    second = prepare(cohort, small_plan(), tmp_path / "prepared", workers=1).array
    np.testing.assert_array_equal(second[0], first[1])


def test_processes_give_the_same_as_one(tmp_path):
    cohort = two_classes(tmp_path / "films", n=40)
    alone = prepare(cohort, small_plan(), tmp_path / "one", workers=1)
    together = prepare(cohort, small_plan(), tmp_path / "two", workers=2)
    np.testing.assert_array_equal(alone.array, together.array)


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path):
    cohort = two_classes(tmp_path / "films", n=4)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        prepare(cohort, small_plan(), tmp_path / "file" / "prepared", workers=1)
