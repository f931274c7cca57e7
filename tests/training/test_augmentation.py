import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline
from scipy.ndimage import gaussian_filter
from torch.nn import functional

from hilum.preparation import Augmentation
from hilum.training import augment, draw
from hilum.training.elastic import POINTS, STRETCHES, points_at_rest, sheet, spline_weights

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
    usual = Augmentation.model_fields[option].default or 1.0
    one = Augmentation.model_validate({**STILL.model_dump(), option: usual})
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


def test_a_wide_blur_is_a_gaussian_too():
    one = Augmentation.model_validate({**STILL.model_dump(), "blur_pixels": 4.0})
    draws = draw(6, one, np.random.default_rng(0))
    made, widest = augment(films(), draws), int(draws.blur.argmax())
    expected = gaussian_filter(films()[widest, 0].numpy(), float(draws.blur[widest]), mode="nearest")
    np.testing.assert_allclose(made[widest, 0].numpy(), expected, atol=5e-3)


def test_the_default_has_no_flip_and_a_flip_is_a_mirror():
    assert Augmentation().flip == 0
    always = Augmentation.model_validate({**STILL.model_dump(), "flip": 1.0})
    torch.testing.assert_close(changed(always), films().flip(3), atol=1e-5, rtol=0)


def test_films_are_moved_as_an_affine_map_of_every_pixel_moves_them():
    """The sheet's short way, against torch's own affine grid."""
    geometry = {"rotation_degrees": 30.0, "scale": 0.3, "stretch": 0.2, "shift": 0.1, "shear_degrees": 10.0}
    draws = draw(6, Augmentation.model_validate({**STILL.model_dump(), **geometry}), np.random.default_rng(1))
    grid = functional.affine_grid(draws.transforms, [6, 1, 48, 48], align_corners=False)
    expected = functional.grid_sample(films(), grid, padding_mode="zeros", align_corners=False)
    torch.testing.assert_close(augment(films(), draws), expected, atol=1e-4, rtol=0)


def test_the_sheet_is_scipys_cubic_b_spline():
    pixels = 20
    place = (np.arange(pixels) + 0.5) / pixels * STRETCHES
    knots = np.arange(-3, STRETCHES + 4)
    expected = BSpline.design_matrix(place, knots, 3).toarray()
    np.testing.assert_allclose(spline_weights(pixels).numpy(), expected, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_sheet_folds_nowhere_however_far_it_may_be_pulled(seed, to_the_end):
    """The area of each small square stays above zero, also where every point goes as far as it may."""
    limit = 2 * Augmentation.model_fields["elastic"].metadata[1].le
    moved = np.random.default_rng(seed).uniform(-1, 1, (1, 2, POINTS, POINTS))
    moved = limit * (np.sign(moved) if to_the_end else moved)
    grid = sheet(points_at_rest() + torch.from_numpy(moved).float(), 64, 64)[0].double().numpy()
    across, down = np.gradient(grid, axis=1), np.gradient(grid, axis=0)
    assert (across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]).min() > 0
    rest = sheet(points_at_rest()[None], 64, 64)[0].double().numpy()
    assert np.abs(grid - rest).max() <= limit + 1e-6


def test_elastic_keeps_what_it_deforms():
    """As much bright film as before, within a tenth, and the middle stays near the middle."""
    rows, columns = np.mgrid[:64, :64]
    disc = torch.from_numpy(((rows - 32) ** 2 + (columns - 32) ** 2 < 144).astype(np.float32))
    batch = disc[None, None].expand(50, 1, -1, -1)
    made = changed(Augmentation.model_validate({**STILL.model_dump(), "elastic": 0.04}), batch=batch)
    areas = made.sum(dim=(1, 2, 3)) / disc.sum()
    assert abs(float(areas.mean()) - 1) < 0.1
    assert float(areas.std()) > 0.01
    middle = (made.sum(dim=2)[:, 0] * torch.arange(64)).sum(1) / made.sum(dim=(1, 2, 3))
    assert float((middle - 31.5).abs().max()) < 0.06 * 64
