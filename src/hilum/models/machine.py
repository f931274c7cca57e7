"""What a machine needs to train fast, what it says when its memory is full, and what it does not repeat."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEEP = 1 << 30


def keep_freed_memory() -> bool:
    """Ask glibc to keep large freed blocks instead of handing each back to the system and fetching it anew.

    Training frees and asks for the same large blocks at every step; handing them back costs up to half of
    the time. It holds for the whole process and changes no result.

    Returns:
        Whether the C library took the settings; it does not where it is not glibc.

    Example:
        >>> keep_freed_memory() in (True, False)
        True
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _KEEP)) and bool(mallopt(_M_TRIM_THRESHOLD, _KEEP))


def place(network: nn.Module, device: torch.device) -> None:
    """Put a network on its device, its weights laid out as convolutions read them fastest.

    Example:
        >>> network = nn.Conv2d(2, 2, 3)
        >>> place(network, torch.device("cpu"))
        >>> network.weight.is_contiguous(memory_format=torch.channels_last)
        True
    """
    movable: Any = network
    if any(weight.ndim == 5 for weight in network.parameters()):
        movable.to(device=device)  # convolutions in three dimensions have no such layout
    else:
        movable.to(device=device, memory_format=torch.channels_last)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a memory is full: the graphics card's, torch's on a processor, or Python's.

    Example:
        >>> try:
        ...     torch.empty(2**55)
        ... except RuntimeError as error:
        ...     out_of_memory(error)
        True
        >>> out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
        False
    """
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    # On a processor torch has no class for it. These are the words of its allocator.
    words = ("DefaultCPUAllocator", "can't allocate memory", "Cannot allocate memory")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def release_memory(device: torch.device) -> None:
    """Give back what is no longer used, after a memory was full.

    Example:
        >>> release_memory(torch.device("cpu"))
    """
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def not_repeatable(device: torch.device) -> tuple[str, ...]:
    """Which parts of a training may give other last digits when it is run again with the same seed.

    Example:
        >>> not_repeatable(torch.device("cpu"))
        ()
    """
    if device.type != "cuda":
        return ()
    return (
        "gradients of convolutions, which cuDNN may add up in another order",
        "gradients of pooling, indexing and interpolation, which are added up as they come",
    )


@contextmanager
def steady(threads: int, seed: int | None = None) -> Iterator[torch.device]:
    """Run torch with a number of threads and, where given, a seed; afterwards all is as it was.

    Args:
        threads: processor threads; sums depend on their number in the last digit.
        seed: starts torch's generator; None leaves it alone.

    Yields:
        The device: the graphics card where there is one, else the processor.

    Example:
        >>> with steady(1, seed=0):
        ...     first = torch.rand(1)
        >>> with steady(1, seed=0):
        ...     bool(first == torch.rand(1))
        True
    """
    keep_freed_memory()
    before = torch.get_num_threads()
    cuda = torch.cuda.is_available()
    with torch.random.fork_rng(
        devices=range(torch.cuda.device_count()) if cuda else [], enabled=seed is not None
    ):
        torch.set_num_threads(threads)
        if seed is not None:
            torch.manual_seed(seed)
        try:
            yield torch.device("cuda" if cuda else "cpu")
        finally:
            torch.set_num_threads(before)
