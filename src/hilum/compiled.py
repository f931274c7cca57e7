"""Loops over arrays as machine code. Only modules of such loops import this: numba takes half a second."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function and keep the machine code beside the source.

    Where that folder may not be written, it is compiled anew each time.

    Args:
        function: loops over arrays and numbers, called without keywords.

    Returns:
        The same function, faster, with the interpreter's lock released.

    Example:
        >>> def total(upto: int) -> int:
        ...     found = 0
        ...     for number in range(upto):
        ...         found += number
        ...     return found
        >>> compiled(total)(5)
        10
    """
    try:
        result: Any = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        result = numba.njit(nogil=True)(function)
    return cast("Function", result)
