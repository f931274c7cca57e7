"""A small U-Net learns to mark two bright fields, and travels as one file."""

import numpy as np
import pytest

from hilum.errors import ModelError
from hilum.preparation.lung_mask import LungMask
from hilum.training.lung_masks import LungMaskOptions, train_lung_mask

SMALL = LungMaskOptions(size=32, filters=8, steps=60)


def _films(n, seed):
    """Two dark ellipses on a brighter chest, anywhere near the middle."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:64, :56] / 64
    films, masks = [], []
    for _ in range(n):
        down, across = rng.uniform(0.4, 0.6), rng.uniform(0.38, 0.5)
        high, wide, apart = rng.uniform(0.2, 0.3), rng.uniform(0.1, 0.14), rng.uniform(0.17, 0.21)
        mask = np.zeros(rows.shape, np.bool_)
        for side in (-1, 1):
            mask |= ((rows - down) / high) ** 2 + ((columns - across - side * apart) / wide) ** 2 < 1
        grey = np.where(mask, 0.25, 0.7) + rng.normal(0, 0.05, mask.shape)
        films.append(np.clip(grey, 0, 1).astype(np.float32))
        masks.append(mask)
    return films, masks


@pytest.fixture(scope="module")
def model():
    return train_lung_mask(*_films(12, seed=1), SMALL)


def test_new_films_are_marked(model):
    for film, mask in zip(*_films(6, seed=2), strict=True):
        found = model.find(film)
        assert 2 * (found & mask).sum() / (found.sum() + mask.sum()) > 0.85


def test_the_same_films_teach_the_same_model():
    short = LungMaskOptions(size=32, filters=8, steps=3)
    made = [train_lung_mask(*_films(6, seed=1), short) for _ in range(2)]
    for one, other in zip(*(each.network.state_dict().values() for each in made), strict=True):
        assert (one == other).all()


def test_a_model_is_written_and_read_back(model, tmp_path):
    model.save(tmp_path / "lungs.safetensors")
    again = LungMask.load(tmp_path / "lungs.safetensors")
    film = _films(1, seed=3)[0][0]
    np.testing.assert_array_equal(again.find(film), model.find(film))


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_another_file_is_refused_in_one_sentence(content, tmp_path):
    path = tmp_path / "other.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is no model of lung masks"):
        LungMask.load(path)
    with pytest.raises(ModelError, match="is no model of lung masks"):
        LungMask.load(tmp_path / "missing.safetensors")


def test_too_few_films_or_masks_of_other_shapes_are_refused():
    films, masks = _films(6, seed=1)
    with pytest.raises(ModelError, match="at least 5 are needed"):
        train_lung_mask(films[:3], masks[:3], SMALL)
    with pytest.raises(ModelError, match="another shape than its film"):
        train_lung_mask(films, [mask[1:] for mask in masks], SMALL)
