"""Where pretrained weights are: a file or a model folder here, the cache of the hub, or the hub itself."""

import hashlib
import os
import urllib.error
import urllib.request
from pathlib import Path

from hilum import catalogue
from hilum.catalogue import WeightsRecord
from hilum.errors import ModelError
from hilum.preparation.timm_weights import weights_of_timm
from hilum.study.words import did_you_mean

IF_AVAILABLE = "if available"
SELF = "self"
LEARNT = "from-images-alone.safetensors"
# What people write, and what the study file calls it.
_WORDS = {
    **dict.fromkeys(("self", "self-supervised", "self-supervision", "unsupervised", "simclr"), f'"{SELF}"'),
    **dict.fromkeys(("if available", "available"), f'"{IF_AVAILABLE}"'),
    **dict.fromkeys(("true", "yes", "imagenet", "pretrained", "default"), "true"),
    **dict.fromkeys(("false", "no", "none", "random", "scratch"), "false"),
}
_FACTS, _OWN, _HUB_FILE = "model.json", "weights.safetensors", "model.safetensors"
_SECONDS = 4.0
_OFF = {"1", "true", "yes", "on"}


def find_weights(
    model: str,
    pretrained: bool | str,  # noqa: FBT001  # as in the study file
    folder: Path = Path(),
) -> tuple[Path | None, str]:
    """Find the weights that a model starts from.

    Weights whose licence must be read first are never fetched: they are taken from the cache of the hub where
    someone put them, or from the path that the study names.

    Args:
        model: the architecture's name.
        pretrained: False = none; a path = that file, or an earlier run's `models/<reader>`, or one repeat
            below it, or a folder with `model.safetensors`; True = the cache of the hub, then the hub; "if
            available" = the same, or none with a note; "self" = none, as they are learnt from the
            images first.
        folder: where a relative path starts, the study file's folder; left out, the current one.

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
    if pretrained == SELF:
        return None, "learns from the images alone first, without their labels (SimCLR: Chen 2020)"
    record = _weights_of(model)
    if isinstance(pretrained, str) and pretrained != IF_AVAILABLE:
        return _named(pretrained, folder, record)
    if record is None:
        if pretrained is True:
            raise ModelError(
                f"there are no pretrained weights of {model}: write pretrained = false or name a file"
            )
        return None, "starts from random weights: there are no pretrained ones of this architecture"
    found = _from_hub(record)
    if found:
        _check(found, record)
        return found, f"starts from {record.source} ({record.learnt_from}; {record.licence})"
    if pretrained is True or _is_its_weights(model, record):
        raise ModelError(_missing(model, record))
    return None, f"starts from random weights: {_why_none(record)}"


def _weights_of(model: str) -> WeightsRecord | None:
    model = catalogue.over_slices(model) or model
    for record in (*catalogue.MODELS, *catalogue.VOLUME_MODELS):
        if record.name == model:
            return record.weights
    return weights_of_timm(model)


def _is_its_weights(model: str, record: WeightsRecord) -> bool:
    """Whether a model is named after its weights, so that without them it would be another."""
    return any(entry.name == model for entry in catalogue.MODELS) and not record.fetched


def _why_none(record: WeightsRecord) -> str:
    if record.fetched:
        return "no pretrained ones on this machine and the hub does not answer"
    return f"those of {record.source} are asked for by path, as their licence ({record.licence}) must be read"


def _missing(model: str, record: WeightsRecord) -> str:
    where = "on this machine and the hub does not answer" if record.fetched else "on this machine"
    terms = "" if record.fetched else f" ({record.licence}: read its terms first)"
    command = f"run `{record.how}` where there is a connection" if record.file else record.how
    return (
        f"there are no pretrained weights of {model} {where}: {command}{terms}, and write "
        f'pretrained = "weights/{record.file or model + ".safetensors"}"; pretrained = false starts from '
        "random weights"
    )


def _meant(asked: str) -> str | None:
    """What a word stands for that is no path, as the study file would have it; None for what looks like one.

    Example:
        >>> _meant("self-supervised"), _meant("imagenet"), _meant("weights/resnet18.safetensors")
        ('"self"', 'true', None)
    """
    near = None if set(asked) & set("/\\.") else did_you_mean(asked, _WORDS)
    return _WORDS[near] if near is not None else None


def _named(asked: str, folder: Path, record: WeightsRecord | None) -> tuple[Path, str]:
    """The file that a path of the study stands for."""
    path = folder / asked
    earlier = _earlier_model(path)
    if earlier is not None:
        return earlier / _OWN, (
            f"starts from the earlier model {_told(earlier)}; whether its training patients are in this "
            "study's validation or test part was not checked: results on them would be too good"
        )
    file = next((path / name for name in (_HUB_FILE, _OWN) if (path / name).is_file()), path)
    if not path.exists() and (meant := _meant(asked)):
        raise ModelError(
            f'pretrained = "{asked}" is no file beside the study: did you mean pretrained = {meant}?'
        )
    if file.suffix != ".safetensors":
        raise ModelError(
            f"{path.name} is no safetensors file, and other forms can hide programs: name a .safetensors "
            "file, or the folder of an earlier model; docs/how-to/pretrained-weights.md shows how to convert"
        )
    if not file.is_file():
        raise ModelError(f"there is no weights file {path}: correct `pretrained` in the study file")
    if file.name == LEARNT:
        return file, "starts from what was learnt from images alone"
    if record is not None:
        _check(file, record)
    return file, "starts from the weights file that the study names"


def _earlier_model(path: Path) -> Path | None:
    """One repeat's folder of an earlier run: the path itself, its parent for a file, or its first repeat."""
    if path.name == _OWN and (path.parent / _FACTS).is_file():
        return path.parent
    if (path / _FACTS).is_file():
        return path
    try:
        repeats = [each for each in path.iterdir() if each.name.isdigit() and (each / _FACTS).is_file()]
    except OSError:
        return None
    return min(repeats, key=lambda each: int(each.name), default=None)


def _told(folder: Path) -> str:
    return f"{folder.parent.name}, repeat {folder.name}" if folder.name.isdigit() else folder.name


def _check(file: Path, record: WeightsRecord) -> None:
    if record.sha256 is None:
        return
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != record.sha256:
        raise ModelError(
            f"the weights file {file.name} is not the one of {record.source} (its SHA-256 begins with "
            f"{found[:12]} and not with {record.sha256[:12]}): get it again"
        )


def _from_hub(record: WeightsRecord) -> Path | None:
    if record.file is None:
        return None
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    cached = try_to_load_from_cache(record.source, record.file)
    if isinstance(cached, str):
        return Path(cached)
    if not record.fetched or not _hub_answers():
        return None
    try:
        return Path(hf_hub_download(record.source, record.file, etag_timeout=_SECONDS))
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
