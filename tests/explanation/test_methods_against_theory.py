"""Every method against what its paper proves, or against a direct computation that is written here anew."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from hilum.explanation import METHODS, method_named
from hilum.explanation.attention_rollout import rolled_out
from hilum.explanation.integrated_gradients import integrated_gradients
from hilum.explanation.maps import Beside, Seeing, evidence_of, fits, maps_of
from hilum.explanation.occlusion import starts_of, window_of
from hilum.explanation.views import Alone, outputs_of
from hilum.explanation.what import one_output
from hilum.models import CaseShape, Shape, Standard, build_model, standardised, steady, to_unit
from hilum.study.explanation_options import Explanation

STANDARD = Standard(0.5, 0.25)
FILMS = np.random.default_rng(0).integers(0, 256, (3, 64, 64)).astype(np.uint8)


def _network(name="small_cnn", shape=None):
    with steady(1, seed=0):
        return build_model(name, shape or Shape(1, 2, 64)).eval()


def test_the_study_file_offers_every_method_and_no_other():
    names = [method.name for method in METHODS]
    assert Explanation(methods=names).methods == tuple(names)
    assert Explanation.model_json_schema()["properties"]["methods"]["items"]["enum"] == names


def test_every_method_names_its_paper_and_what_it_fits():
    assert all("doi 10." in method.reference for method in METHODS)
    assert all(method.sentence.endswith(".") and method.needs and method.title for method in METHODS)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_maps_have_the_size_of_the_image_and_lie_between_0_and_1(method):
    network = _network("vit_tiny_patch16_224" if method.name == "attention-rollout" else "small_cnn")
    maps = maps_of(method, Seeing(network, STANDARD), FILMS[:2], one_output(1))
    assert maps.shape == (2, 64, 64)
    assert maps.dtype == np.float32
    assert maps.min() >= 0
    assert maps.max() == pytest.approx(1)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_an_image_gets_the_map_that_it_gets_among_others_and_the_network_stays_as_it_was(method):
    network = _network("vit_tiny_patch16_224" if method.name == "attention-rollout" else "small_cnn")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    seeing = Seeing(network, STANDARD)
    together = maps_of(method, seeing, FILMS, one_output(1))
    alone = maps_of(method, seeing, FILMS[1:2], one_output(1))
    np.testing.assert_allclose(alone[0], together[1], atol=0.02)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_grad_cam_is_the_class_activation_map_of_a_network_that_averages():
    """Selvaraju 2020, section 3.2: the two differ by the number of places at most."""
    seeing = Seeing(_network("resnet18"), STANDARD)
    cam = evidence_of(method_named("cam"), seeing, FILMS, one_output(1))
    grad = evidence_of(method_named("gradcam"), seeing, FILMS, one_output(1))
    np.testing.assert_allclose(grad, cam, rtol=1e-3, atol=1e-6)


def test_grad_cam_is_the_mean_gradient_times_the_feature_map():
    network = _network()
    image = standardised(to_unit(FILMS, torch.device("cpu")), STANDARD)
    features = network.features(image).detach().requires_grad_()
    network.classify(features)[:, 1].sum().backward()
    expected = (features * features.grad.mean((2, 3), keepdim=True)).sum(1).detach().numpy()
    found = evidence_of(method_named("gradcam"), Seeing(network, STANDARD), FILMS, one_output(1))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_grad_cam_plus_plus_equals_its_formula_written_place_by_place():
    """Chattopadhay 2018, equations 10, 11 and 19, with the exponential of the output and loops."""
    network = _network()
    image = standardised(to_unit(FILMS[:1], torch.device("cpu")), STANDARD)
    features = network.features(image).detach().double().requires_grad_()
    network.double().classify(features)[0, 1].exp().backward()
    maps, slope = features.detach()[0].numpy(), features.grad[0].numpy()
    score = float(network.classify(features)[0, 1].exp().detach())
    expected = np.zeros(maps.shape[1:])
    for own, rise in zip(maps, slope, strict=True):
        first = rise / score
        weight = 0.0
        for place in np.ndindex(own.shape):
            below = 2 * score * first[place] ** 2 + (own * score * first[place] ** 3).sum()
            alpha = score * first[place] ** 2 / below if below != 0 else 0.0
            weight += alpha * max(rise[place], 0.0)
        expected += weight * own
    found = evidence_of(
        method_named("gradcam++"), Seeing(network.float(), STANDARD), FILMS[:1], one_output(1)
    )
    np.testing.assert_allclose(found[0], expected / score, rtol=1e-3, atol=1e-6)


def test_score_cam_equals_masking_with_one_map_after_another():
    network = _network()
    unit = to_unit(FILMS[:1], torch.device("cpu"))

    def said(image):
        with torch.no_grad():
            return float(network((image - STANDARD.mean) / STANDARD.deviation)[0, 1])

    with torch.no_grad():
        maps = network.features((unit - STANDARD.mean) / STANDARD.deviation)[0]
    scores, kept = [], []
    for one in maps:
        if one.max() > one.min():
            large = functional.interpolate(
                one[None, None], size=(64, 64), mode="bilinear", align_corners=False
            )
            mask = (large - large.min()) / (large.max() - large.min())
            scores.append(said(unit * mask) - said(unit * 0))
            kept.append(one.numpy())
    weights = np.exp(scores - np.max(scores))
    expected = np.einsum("k,khw->hw", weights / weights.sum(), np.stack(kept))
    found = evidence_of(method_named("scorecam"), Seeing(network, STANDARD), FILMS[:1], one_output(1))
    np.testing.assert_allclose(found[0], expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", ["small_cnn", "resnet18"])
def test_integrated_gradients_add_up_to_the_difference_to_a_black_image(name):
    """The axiom of completeness, Sundararajan 2017, proposition 1."""
    view, unit = Alone(_network(name), STANDARD), to_unit(FILMS, torch.device("cpu"))
    explained = one_output(1)
    found = integrated_gradients(view, unit, explained, steps=200).sum((1, 2))
    with torch.no_grad():
        expected = explained.of(outputs_of(view, unit)) - explained.of(
            outputs_of(view, torch.zeros_like(unit))
        )
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=0.02, atol=2e-3)


def test_occlusion_equals_covering_one_patch_after_another():
    network = _network()
    unit = to_unit(FILMS[:1], torch.device("cpu"))
    view, explained = Alone(network, STANDARD), one_output(0)
    patch, stride = window_of(64)
    total, covered = np.zeros((64, 64)), np.zeros((64, 64))
    with torch.no_grad():
        before = float(explained.of(outputs_of(view, unit)))
        for top in starts_of(64, patch, stride):
            for left in starts_of(64, patch, stride):
                other = unit.clone()
                other[0, 0, top : top + patch, left : left + patch] = unit.mean()
                total[top : top + patch, left : left + patch] += before - float(
                    explained.of(outputs_of(view, other))
                )
                covered[top : top + patch, left : left + patch] += 1
    found = evidence_of(method_named("occlusion"), Seeing(network, STANDARD), FILMS[:1], explained)
    assert covered.min() >= 1
    np.testing.assert_allclose(found[0], total / covered, rtol=1e-3, atol=1e-5)


def test_rolled_out_attention_is_a_share_of_every_token():
    layers = [
        torch.softmax(torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(k)), -1)
        for k in range(4)
    ]
    found = rolled_out(layers)
    torch.testing.assert_close(found.sum(2), torch.ones(2, 5))
    by_hand = torch.eye(5).repeat(2, 1, 1)
    for layer in layers:
        by_hand = (0.5 * layer.mean(1) + 0.5 * torch.eye(5)) @ by_hand
    torch.testing.assert_close(found, by_hand)


def test_attention_roll_out_puts_the_network_back_as_it_was():
    network = _network("vit_tiny_patch16_224")
    parts = [block.attn for block in network.backbone.blocks]
    fused = [part.fused_attn for part in parts]
    method = method_named("attention-rollout")
    evidence = evidence_of(method, Seeing(network, STANDARD), FILMS, one_output(1))
    assert evidence.shape == (3, 4, 4)
    assert [part.fused_attn for part in parts] == fused
    assert not any(part.attn_drop._forward_pre_hooks for part in parts)


def test_a_method_says_which_networks_it_does_not_fit():
    linear, cnn = Seeing(_network("linear"), STANDARD), Seeing(_network(), STANDARD)
    assert [method.name for method in METHODS if fits(method, linear)] == ["occlusion"]
    assert "attention-rollout" not in [method.name for method in METHODS if fits(method, cnn)]
    assert not maps_of(method_named("cam"), linear, FILMS, one_output(0)).any()


def test_networks_read_together_get_the_mean_of_their_maps():
    blend = _network("blend(resnet18, small_cnn)")
    assert not blend.mapped
    cam, explained = method_named("cam"), one_output(1)
    members = [maps_of(cam, Seeing(member, STANDARD), FILMS, explained) for member in blend.members]
    found = maps_of(cam, Seeing(blend, STANDARD), FILMS, explained)
    np.testing.assert_allclose(found, np.mean(members, axis=0), atol=1e-4)


def test_the_map_of_an_image_depends_on_the_other_images_and_the_table_of_its_case():
    network = _network("small_cnn", CaseShape(1, 2, 64, columns=3, several=True))
    occlusion, explained = method_named("occlusion"), one_output(0)
    seeing = Seeing(network, STANDARD)
    alone = Beside(FILMS[:0], np.zeros(3, np.float32))
    other = Beside(FILMS[1:], np.array([3.0, -3.0, 1.0], np.float32))
    first, second = (maps_of(occlusion, seeing, FILMS[:1], explained, [each]) for each in (alone, other))
    assert np.abs(first - second).max() > 1e-3


@pytest.mark.parametrize("name", ["cam", "gradcam", "occlusion"])
def test_volumes_have_one_map_of_all_slices(name):
    volumes = np.random.default_rng(1).integers(0, 256, (2, 3, 32, 32)).astype(np.uint8)
    network = _network("slices(resnet18)", Shape(1, 1, 32))
    found = maps_of(method_named(name), Seeing(network, STANDARD), volumes, one_output(0))
    assert found.shape == (2, 32, 32)
    assert found.max() == pytest.approx(1)
