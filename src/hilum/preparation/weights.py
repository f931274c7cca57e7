"""Where pretrained weights are: a local file, the cache of the hub, or the hub itself."""

import os
import urllib.error
import urllib.request
from pathlib import Path

from hilum.errors import ModelError

_HUB = {"resnet18": ("timm/resnet18.a1_in1k", "model.safetensors")}
_SECONDS = 4.0
_OFF = {"1", "true", "yes", "on"}


def find_weights(model: str, pretrained: bool | str) -> tuple[Path | None, str]:  # noqa: FBT001  # as in the study file
    """Find the weights that a model starts from.

    Args:
        model: the architecture's name.
        pretrained: False = none; a path = that file, or `model.safetensors` in that folder; True = the cache
            of the hub, then the hub; "if available" = the same, or none with a note.

    Returns:
        The file or None, and a sentence about it for the plan.

    Raises:
        ModelError: weights were asked for and are not there.

    Example:
        >>> find_weights("small_cnn", pretrained=False)[0] is None
        True
    """
    if pretrained is False:
        return None, "starts from random weights, as asked"
    if isinstance(pretrained, str) and pretrained != "if available":
        return _local(Path(pretrained)), "starts from the weights file that the study names"
    if model not in _HUB:
        if pretrained is True:
            raise ModelError(
                f"there are no pretrained weights of {model}: write pretrained = false or name a file"
            )
        return None, "starts from random weights: there are no pretrained ones of this architecture"
    found = _from_hub(*_HUB[model])
    if found:
        return found, f"starts from {_HUB[model][0]} (ImageNet), turned to one grey channel"
    if pretrained is True:
        raise ModelError(_missing(model))
    return None, "starts from random weights: no pretrained ones on this machine and the hub does not answer"


def _missing(model: str) -> str:
    repository, file = _HUB[model]
    return (
        f"there are no pretrained weights of {model} on this machine and the hub does not answer: run "
        f"`hf download {repository} {file} --local-dir weights` where there is a connection, and write "
        f'pretrained = "weights/{file}"'
    )


def _local(path: Path) -> Path:
    file = path / "model.safetensors" if path.is_dir() else path
    if file.suffix != ".safetensors":
        raise ModelError(
            f"{path.name} is no safetensors file, and other forms can hide programs: name a .safetensors file"
        )
    if not file.is_file():
        raise ModelError(f"there is no weights file {path}: correct `pretrained` in the study file")
    return file


def _from_hub(repository: str, file: str) -> Path | None:
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    cached = try_to_load_from_cache(repository, file)
    if isinstance(cached, str):
        return Path(cached)
    if not _hub_answers():
        return None
    try:
        return Path(hf_hub_download(repository, file, etag_timeout=_SECONDS))
    except Exception:  # noqa: BLE001  # the hub's client raises classes of several libraries
        return None


def _hub_answers() -> bool:
    """Ask once, for a few seconds: the hub's own client tries much longer."""
    if any(os.environ.get(name, "").lower() in _OFF for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")):
        return False
    from huggingface_hub import constants

    request = urllib.request.Request(constants.ENDPOINT, method="HEAD")  # noqa: S310  # the hub's own address
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310  # as above
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
