import time

import pytest

from hilum.errors import ModelError
from hilum.preparation import find_weights


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No cache and no way to the hub."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_asked_for_and_absent_names_path_and_command(offline):
    with pytest.raises(ModelError, match=r"hf download timm/resnet18.a1_in1k .*weights/model.safetensors"):
        find_weights("resnet18", pretrained=True)


def test_if_available_goes_on_without_and_says_so(offline):
    began = time.monotonic()
    weights, note = find_weights("resnet18", pretrained="if available")
    assert weights is None
    assert "random weights" in note
    assert time.monotonic() - began < 5


def test_a_hub_that_does_not_answer_costs_seconds_not_minutes(offline, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("no_proxy", "*")
    # 192.0.2.0/24 is reserved for documentation (RFC 5737): nothing answers there.
    monkeypatch.setattr(constants, "ENDPOINT", "http://192.0.2.1")
    began = time.monotonic()
    assert find_weights("resnet18", pretrained="if available")[0] is None
    assert time.monotonic() - began < 10


def test_a_local_file_or_its_folder(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    assert find_weights("resnet18", str(file))[0] == file
    assert find_weights("resnet18", str(tmp_path))[0] == file


def test_files_that_can_hide_programs_are_refused(tmp_path):
    (tmp_path / "resnet18.pth").write_bytes(b"")
    with pytest.raises(ModelError, match="safetensors"):
        find_weights("resnet18", str(tmp_path / "resnet18.pth"))


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(ModelError, match="no weights file"):
        find_weights("resnet18", str(tmp_path / "model.safetensors"))


def test_a_relative_path_starts_at_the_study_file(tmp_path, monkeypatch):
    (tmp_path / "study" / "weights").mkdir(parents=True)
    file = tmp_path / "study" / "weights" / "model.safetensors"
    file.write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert find_weights("resnet18", "weights/model.safetensors", tmp_path / "study")[0] == file
    assert find_weights("resnet18", str(file), tmp_path / "elsewhere")[0] == file
    with pytest.raises(ModelError, match="no weights file"):
        find_weights("resnet18", "weights/model.safetensors", tmp_path)


@pytest.fixture
def earlier(tmp_path):
    """What an earlier run leaves of a reader with two repeats."""
    for repeat in ("2", "10"):
        folder = tmp_path / "runs" / "pneumonia-1" / "models" / "cnn" / repeat
        folder.mkdir(parents=True)
        for name in ("model.json", "weights.safetensors"):
            (folder / name).write_bytes(b"")
    return folder.parent


@pytest.mark.parametrize("named", [".", "2", "2/weights.safetensors"])
def test_an_earlier_run_is_named_by_its_folder(earlier, named):
    weights, note = find_weights("resnet18", named, earlier)
    assert weights == earlier / "2" / "weights.safetensors"
    assert "the earlier model cnn, repeat 2" in note
    assert "was not checked: results on them would be too good" in note


@pytest.fixture
def hub_is_asked(monkeypatch):
    """Every question to the hub, written down; it answers, and gives nothing."""
    import huggingface_hub

    from hilum.preparation import weights

    asked = []
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *names, **_: asked.append(names) or "")
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr(weights, "_hub_answers", lambda: True)
    return asked


def test_weights_whose_licence_must_be_read_are_never_fetched(hub_is_asked):
    for model, terms in (("rad_dino", "MSRLA"), ("dinov3_small", "DINOv3 License")):
        for pretrained in (True, "if available"):
            with pytest.raises(ModelError, match=rf"run `hf download .*{terms}.*read its terms first"):
                find_weights(model, pretrained)
    with pytest.raises(ModelError, match=r"safetensors as docs/how-to/pretrained-weights.md shows"):
        find_weights("torchxrayvision_densenet121", pretrained="if available")
    assert hub_is_asked == []
    find_weights("densenet121", pretrained=True)
    assert hub_is_asked == [("timm/densenet121.ra_in1k", "model.safetensors")]


def test_a_network_named_after_its_weights_may_start_without_them_when_asked(hub_is_asked):
    assert find_weights("rad_dino", pretrained=False) == (None, "starts from random weights, as asked")


def test_weights_that_lie_in_the_cache_are_taken_and_their_terms_told(hub_is_asked, monkeypatch, tmp_path):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: str(tmp_path / "file"))
    weights, note = find_weights("rad_dino", pretrained="if available")
    assert weights == tmp_path / "file"
    assert "microsoft/rad-dino" in note
    assert "MSRLA" in note


def test_a_network_that_only_timm_names(offline):
    with pytest.raises(ModelError, match=r"hf download timm/resnet10t.c3_in1k model.safetensors"):
        find_weights("resnet10t", pretrained=True)
    weights, note = find_weights("small_cnn", pretrained="if available")
    assert weights is None
    assert "there are no pretrained ones of this architecture" in note


def test_a_file_that_is_not_the_known_one_is_refused(tmp_path, monkeypatch):
    from dataclasses import replace

    from hilum import catalogue

    known = next(record for record in catalogue.MODELS if record.name == "resnet18")
    assert known.weights is not None
    # SHA-256 of nothing, FIPS 180-4 test vectors.
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    sealed = replace(known, weights=replace(known.weights, sha256=nothing))
    monkeypatch.setattr(catalogue, "MODELS", (sealed,))
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    assert find_weights("resnet18", str(file))[0] == file
    file.write_bytes(b"other")
    with pytest.raises(ModelError, match=r"is not the one of timm/resnet18.a1_in1k"):
        find_weights("resnet18", str(file))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("self-supervised", '"self"'),
        ("Self", '"self"'),
        ("if avaliable", '"if available"'),
        ("imagenet", "true"),
        ("none", "false"),
    ],
)
def test_a_word_that_is_no_file_names_the_one_that_was_meant(asked, meant, tmp_path):
    with pytest.raises(ModelError) as refused:
        find_weights("resnet18", asked, tmp_path)
    said = f'pretrained = "{asked}" is no file beside the study: did you mean pretrained = {meant}?'
    assert str(refused.value) == said


def test_a_folder_called_like_such_a_word_is_taken_as_a_folder(tmp_path):
    (tmp_path / "imagenet").mkdir()
    (tmp_path / "imagenet" / "model.safetensors").write_bytes(b"")
    assert find_weights("resnet18", "imagenet", tmp_path)[0] == tmp_path / "imagenet" / "model.safetensors"
