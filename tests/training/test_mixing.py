import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hilum.models import Standard
from hilum.preparation import Augmentation, Learning
from hilum.tasks import ClassificationTask
from hilum.training import TrainingData, TrainOptions
from hilum.training.feeding import make_batch
from hilum.training.loop import Training
from hilum.training.mixing import draw_mixture, mixed_beside, mixed_images
from training.tiny import small_plan

CPU = torch.device("cpu")


def plain_data(n: int = 12, rows: np.ndarray | None = None) -> TrainingData:
    """Film i is grey i all over."""
    array = np.repeat(np.arange(n, dtype=np.uint8), 32 * 32).reshape(n, 32, 32)
    labels = np.arange(n) % 2
    return TrainingData(
        array=array,
        rows=np.arange(n) if rows is None else rows,
        targets=labels[:, None].astype(np.float32),
        groups=labels.astype(np.int64),
        validation_rows=np.zeros(0, np.int64),
        validation_cases=pd.DataFrame({"label": []}),
        standard=Standard(0.0, 1 / 255),
        left_out=0,
    )


def batch_of(data: TrainingData, seed: int = 0, **learning: object):
    plan = small_plan(**learning).model_copy(update={"augmentation": Augmentation.none()})
    return make_batch(data, np.arange(8), plan, None, np.random.default_rng(seed), CPU)


@given(st.integers(0, 5000), st.floats(0.1, 5), st.integers(2, 20), st.integers(16, 100))
def test_the_share_of_a_pasted_image_is_what_is_left_of_it(seed, alpha, n, side):
    mixture = draw_mixture(n, side, Learning(cutmix=alpha), np.random.default_rng(seed))
    images = torch.arange(n, dtype=torch.float32).view(n, 1, 1, 1).expand(n, 1, side, side).contiguous()
    made = mixed_images(images, mixture)
    for own in range(n):
        partner = int(mixture.partner[own])
        if partner == own:
            continue
        assert float((made[own] == own).float().mean()) == pytest.approx(mixture.share, abs=1e-6)
        assert bool(((made[own] == own) | (made[own] == partner)).all())


@given(st.integers(0, 5000), st.floats(0.1, 5), st.integers(2, 20))
def test_blended_images_and_tables_have_the_same_share(seed, alpha, n):
    mixture = draw_mixture(n, 8, Learning(mixup=alpha), np.random.default_rng(seed))
    values = torch.arange(n, dtype=torch.float32)
    expected = mixture.share * values + (1 - mixture.share) * values[mixture.partner]
    images = mixed_images(values.view(n, 1, 1, 1).expand(n, 1, 8, 8), mixture)
    torch.testing.assert_close(images.mean(dim=(1, 2, 3)), expected)
    torch.testing.assert_close(mixed_beside([values[:, None]], mixture)[0][:, 0], expected)


def test_with_both_some_batches_are_blended_and_some_pasted():
    learning = Learning(mixup=0.4, cutmix=1.0)
    drawn = [draw_mixture(8, 32, learning, np.random.default_rng(seed)) for seed in range(200)]
    pasted = sum(mixture.box is not None for mixture in drawn)
    assert 70 < pasted < 130


def test_a_single_case_is_never_mixed_with_itself():
    assert draw_mixture(1, 32, Learning(mixup=1, cutmix=1), np.random.default_rng(0)) is None


def test_a_table_beside_the_images_is_mixed_with_them():
    data = plain_data()
    data = dataclasses.replace(data, table=np.arange(12, dtype=np.float32)[:, None])
    for name in ("mixup", "cutmix"):
        batch = batch_of(data, **{name: 1.0})
        torch.testing.assert_close(
            batch.images.mean(dim=(1, 2, 3)), batch.beside[0][:, 0], atol=1e-2, rtol=0, msg=name
        )


def test_cases_of_several_images_are_fetched_in_order_and_never_mixed():
    rows = np.array([[i, (i + 1) % 12, -1] for i in range(12)])
    batch = batch_of(plain_data(rows=rows), mixup=1.0, cutmix=1.0)
    assert batch.mixture is None
    assert batch.images.shape == (24, 1, 32, 32)
    grey = batch.images.mean(dim=(1, 2, 3)).view(8, 3)
    torch.testing.assert_close(grey[:, 0], torch.arange(8.0))
    torch.testing.assert_close(grey[:, 1], torch.arange(8.0) + 1)
    assert batch.beside[-1].tolist() == [[True, True, False]] * 8


def test_that_they_are_not_mixed_is_said(tmp_path):
    rows = np.arange(12)[:, None]
    plan = small_plan(mixup=0.2)
    task = ClassificationTask(("a", "b"))
    options = TrainOptions(tmp_path, "x")
    assert "several images" in Training(plain_data(rows=rows), task, plan, options).position.notes[0]
    assert Training(plain_data(), task, plan, options).position.notes == []
