"""What timm says of the pretrained weights of a network that the catalogue does not name."""

from hilum.catalogue import WeightsRecord

_FREE = {"apache-2.0": "Apache-2.0", "mit": "MIT", "bsd-3-clause": "BSD-3-Clause"}


def weights_of_timm(name: str) -> WeightsRecord | None:
    """The weights that timm's hub has for a network; None where it has none, or no such network.

    Those under a free licence may be fetched; all others are asked for by path.

    Example:
        >>> weights_of_timm("resnet10t.c3_in1k").source
        'timm/resnet10t.c3_in1k'
    """
    import timm

    stated = timm.get_pretrained_cfg(name, allow_unregistered=True) if timm.is_model(name) else None
    source = str(stated.hf_hub_id or "") if stated else ""
    if stated is None or not source.startswith("timm/"):
        return None
    licence = str(stated.license or "not stated")
    return WeightsRecord(
        source=source,
        file="model.safetensors",
        licence=_FREE.get(licence, licence),
        restriction="",
        fetched=licence in _FREE,
        learnt_from="as its page says",
        channels=int(stated.input_size[0]),
        side=int(stated.input_size[1]),
        mean=tuple(float(value) for value in stated.mean),
        deviation=tuple(float(value) for value in stated.std),
        sha256=None,
        how=f"hf download {source} model.safetensors --local-dir weights",
    )
