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
