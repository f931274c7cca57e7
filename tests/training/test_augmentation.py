import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from hilum.preparation import Augmentation
from hilum.training import augment, draw

STILL = Augmentation.none()


def films(n: int = 6, size: int = 48) -> torch.Tensor:
    rng = np.random.default_rng(0)
    smooth = gaussian_filter(rng.random((n, 1, size, size)), (0, 0, 2, 2))
    smooth = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    return torch.from_numpy(smooth.astype(np.float32))


def changed(options: Augmentation, seed: int = 0, batch: torch.Tensor | None = None) -> torch.Tensor:
    given = films() if batch is None else batch
    return augment(given, draw(len(given), options, np.random.default_rng(seed)))


def test_the_same_draws_change_the_same_way_and_leave_the_input_alone():
    batch = films()
    before, state = batch.clone(), torch.get_rng_state()
    draws = draw(len(batch), Augmentation(), np.random.default_rng(1))
    assert torch.equal(augment(batch, draws), augment(batch, draws))
    assert torch.equal(batch, before)
    assert torch.equal(torch.get_rng_state(), state)


def test_changed_films_stay_films():
    made = changed(Augmentation())
    assert made.shape == (6, 1, 48, 48)
    assert made.min() >= 0
    assert made.max() <= 1
    assert torch.isfinite(made).all()


@pytest.mark.parametrize(
    "option",
    [name for name in Augmentation.model_fields],  # noqa: C416  # the names, not the fields
)
def test_every_option_changes_something_by_itself(option):
    one = Augmentation.model_validate(
        {**STILL.model_dump(), option: Augmentation.model_fields[option].default}
    )
    assert not torch.allclose(changed(one), changed(STILL), atol=1e-3)


def test_films_of_one_batch_are_changed_differently():
    same = films(1).expand(4, -1, -1, -1)
    made = changed(Augmentation(), batch=same)
    assert not torch.allclose(made[0], made[1], atol=1e-3)


def test_the_heart_never_changes_sides():
    """A bright disc on one side stays on that side, whatever chance says."""
    rows, columns = np.mgrid[:48, :48]
    disc = ((rows - 24) ** 2 + (columns - 38) ** 2 < 25).astype(np.float32)
    batch = torch.from_numpy(disc)[None, None].expand(200, 1, -1, -1)
    geometry = Augmentation.model_validate(
        {
            **STILL.model_dump(),
            "rotation_degrees": 15,
            "scale": 0.2,
            "shift": 0.1,
            "shear_degrees": 10,
            "stretch": 0.2,
        }
    )
    made = changed(geometry, batch=batch)
    assert (made[..., 24:].sum(dim=(1, 2, 3)) >= made[..., :24].sum(dim=(1, 2, 3))).all()


def test_blur_is_a_gaussian():
    one = Augmentation.model_validate({**STILL.model_dump(), "blur_pixels": 1.0})
    draws = draw(6, one, np.random.default_rng(0))
    made = augment(films(), draws)
    for index in torch.nonzero(draws.blur > 0).flatten().tolist():
        sigma = float(draws.blur[index])
        expected = gaussian_filter(films()[index, 0].numpy(), sigma, mode="nearest", radius=3)
        np.testing.assert_allclose(made[index, 0].numpy(), expected, atol=2e-3)
