"""Attention roll-out: through all layers of a transformer, from which patches the answer was gathered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from hilum.explanation.method import Method
from hilum.explanation.views import View
from hilum.explanation.what import Explained
from hilum.models import CaseNetwork
from hilum.models.timm_networks import TimmTokens


def rolled_out(attentions: Sequence[Tensor]) -> Tensor:
    """Attention of all layers as one: how much of each token of the image is in each token at the end.

    Heads are averaged, the path around the attention counts as much as the attention, and layers are
    multiplied.

    Args:
        attentions: (n, heads, tokens, tokens) a layer, in order; rows sum to 1.

    Returns:
        (n, tokens, tokens), rows sum to 1.

    Example:
        >>> layers = [torch.full((1, 2, 3, 3), 1 / 3)] * 2
        >>> rolled_out(layers).sum(dim=2).round(decimals=5).tolist()
        [[1.0, 1.0, 1.0]]
    """
    together = torch.eye(attentions[0].shape[-1], device=attentions[0].device)[None]
    for layer in attentions:
        mean = layer.mean(dim=1)
        mixed = (mean + torch.eye(mean.shape[-1], device=mean.device)) / 2
        together = mixed / mixed.sum(dim=2, keepdim=True) @ together
    return together


def rollout_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:  # noqa: ARG001  # one for all
    """How much of each patch is in the mean of the last tokens, from which the answer is read.

    Args:
        view: a vision transformer.
        images: (n, 1, rows, columns) in 0..1.
        explained: does not matter: roll-out says what was gathered, not for which answer.

    Returns:
        (n, rows, columns) of patches.
    """
    network = _transformer(view)
    if network is None:
        raise TypeError("attention roll-out was asked of a network without attention")
    with torch.no_grad(), _watched(network) as seen:
        features = view.features(images)
        together = rolled_out(seen)
    first = network.backbone.num_prefix_tokens
    gathered = together[:, first:, first:].mean(dim=1)
    return gathered.reshape(len(images), features.shape[2], features.shape[3])


@contextmanager
def _watched(network: TimmTokens) -> Iterator[list[Tensor]]:
    """The attention of every layer, written down while images are read; afterwards all is as it was."""
    seen: list[Tensor] = []
    parts = [block.attn for block in network.backbone.blocks]
    fused = [part.fused_attn for part in parts]

    def write_down(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        seen.append(given[0].detach())

    hooks = [part.attn_drop.register_forward_pre_hook(write_down) for part in parts]
    for part in parts:
        # Fused attention never has the matrix that is wanted here.
        part.fused_attn = False
    try:
        yield seen
    finally:
        for part, was in zip(parts, fused, strict=True):
            part.fused_attn = was
        for hook in hooks:
            hook.remove()


def _transformer(view: View) -> TimmTokens | None:
    network: Any = view.network
    inner = network.network if isinstance(network, CaseNetwork) else network
    if not isinstance(inner, TimmTokens) or not hasattr(inner.backbone, "blocks"):
        return None
    parts = [getattr(block, "attn", None) for block in inner.backbone.blocks]
    whole = all(hasattr(part, "fused_attn") and hasattr(part, "attn_drop") for part in parts)
    return inner if whole and parts else None


def _has_attention(view: View) -> bool:
    return _transformer(view) is not None


ATTENTION_ROLLOUT = Method(
    name="attention-rollout",
    title="Attention roll-out",
    sentence="From which patches a transformer gathered what it knows in the end, through all layers; it is "
    "the same for every answer.",
    reference="Abnar & Zuidema, ACL 2020, doi 10.18653/v1/2020.acl-main.385",
    needs="vision transformers with plain attention, such as `vit_small`",
    fits=_has_attention,
    evidence=rollout_evidence,
    of_the_answer=False,
)
