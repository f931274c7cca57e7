"""The names that other projects give to the layers of a network, turned into those of timm."""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

# Older files of torchvision and of projects built on it write `norm.1` for `norm1`.
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.(\d)\.")
_TRANSFORMERS = (
    ("embeddings.cls_token", "cls_token"),
    ("embeddings.position_embeddings", "pos_embed"),
    ("embeddings.patch_embeddings.projection.", "patch_embed.proj."),
    ("encoder.layer.", "blocks."),
    (".attention.output.dense.", ".attn.proj."),
    (".layer_scale1.lambda1", ".ls1.gamma"),
    (".layer_scale2.lambda1", ".ls2.gamma"),
    ("layernorm.", "norm."),
)
_QUERY = ".attention.attention.query."


def as_timm_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename layers as timm calls them; names that are timm's already stay.

    TorchXRayVision's DenseNet and torchvision's have timm's names, but for an older way of writing them.
    Vision transformers of the transformers library (DINOv2, RAD-DINO) keep query, key and value apart, which
    timm joins.

    Args:
        tensors: by name, as a file has them.

    Returns:
        The same tensors by timm's names.

    Example:
        >>> given = {"features.denseblock1.denselayer1.norm.1.weight": torch.ones(64)}
        >>> list(as_timm_names(given))
        ['features.denseblock1.denselayer1.norm1.weight']
    """
    if "embeddings.cls_token" in tensors:
        return _of_transformers(tensors)
    return {_OLD_DENSENET.sub(r"\1\2.", name): tensor for name, tensor in tensors.items()}


def _of_transformers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    renamed: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if _QUERY in name:
            beside = [name.replace(".query.", f".{part}.") for part in ("key", "value")]
            whole = torch.cat([tensor, *(tensors[other] for other in beside if other in tensors)])
            renamed[_plain(name.replace(_QUERY, ".attn.qkv."))] = whole
        elif ".attention.attention." not in name:
            renamed[_plain(name)] = tensor
    return renamed


def _plain(name: str) -> str:
    for theirs, ours in _TRANSFORMERS:
        name = name.replace(theirs, ours)
    return name
