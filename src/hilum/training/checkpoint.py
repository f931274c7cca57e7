"""The whole state of a training in one file, from which it goes on to the same numbers."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from hilum.files import replaced_when_done

CHECKPOINT = ".checkpoint.safetensors"


@dataclass
class Position:
    """How far a training is.

    Attributes:
        epoch: the epoch that is being trained, from 0.
        step: the next step within it.
        seen: training cases seen in it so far.
        loss_sum: sum of the losses of its cases so far.
        best_epoch: the epoch whose weights are kept; -1 = none yet.
        best_value: its validation result.
        better_epoch: the last epoch that was better than all before; later ones may have been as good.
        batch_size: cases a step, where memory was too small for as many as planned; 0 = as planned.
        notes: what happened on the way, in sentences.
        history: one entry for each finished epoch.
        seconds: time spent so far.
        stopped: why training ended before its last epoch, or "".
    """

    epoch: int = 0
    step: int = 0
    seen: int = 0
    loss_sum: float = 0.0
    best_epoch: int = -1
    best_value: float = float("-inf")
    better_epoch: int = -1
    batch_size: int = 0
    notes: list[str] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = ""


def save_checkpoint(
    folder: Path, key: str, position: Position, tensors: Mapping[str, Mapping[str, Tensor]]
) -> None:
    """Write the state whole or not at all, so that it is also there after a power cut.

    Args:
        folder: the model's folder.
        key: what is being trained; another key's checkpoint is not gone on from.
        position: how far it is.
        tensors: groups of tensors, such as weights, average, best, optimiser.

    Raises:
        OSError: the disk is full or may not be written to.
    """
    flat = {
        f"{group}/{name}": tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for group, members in tensors.items()
        for name, tensor in members.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    with replaced_when_done(folder / CHECKPOINT) as temporary:
        save_file(flat, temporary, metadata={"key": key, "position": json.dumps(asdict(position))})
        with temporary.open("rb") as written:
            os.fsync(written.fileno())


def sweep(folder: Path) -> None:
    """Delete what a training that was killed while it wrote a file has left half written.

    Args:
        folder: the model's folder; nobody else may be training there.
    """
    # So `hilum.files` calls what is not whole yet.
    for leftover in folder.glob(".*-*"):
        leftover.unlink(missing_ok=True)


def load_checkpoint(folder: Path, key: str) -> tuple[Position, dict[str, dict[str, Tensor]]] | None:
    """Read the state that belongs to a key.

    Returns:
        Position and groups of tensors; None where there is no whole checkpoint of this training.
    """
    try:
        with safe_open(folder / CHECKPOINT, "pt") as file:
            facts = file.metadata() or {}
            if facts.get("key") != key:
                return None
            groups: dict[str, dict[str, Tensor]] = {}
            for name in file.keys():  # noqa: SIM118  # not a dict
                group, _, member = name.partition("/")
                groups.setdefault(group, {})[member] = file.get_tensor(name)
            return Position(**json.loads(facts["position"])), groups
    except (OSError, SafetensorError, KeyError, ValueError, TypeError):
        return None


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """An optimiser's memory as tensors by name."""
    state: dict[int, dict[str, Tensor]] = optimiser.state_dict()["state"]
    return {
        f"{index}/{name}": value
        for index, members in state.items()
        for name, value in members.items()
        if isinstance(value, Tensor)
    }


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Give an optimiser its memory back, laid out in memory as its parameters are."""
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        index, _, member = name.partition("/")
        parameter: nn.Parameter = parameters[int(index)]
        like = torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
        state.setdefault(int(index), {})[member] = like
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
