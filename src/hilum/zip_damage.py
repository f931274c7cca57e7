"""Damage of a zip file that somebody gave, told from trouble of this machine.

Each way of compression tells of damage in errors of its own, which have no common kind.
"""

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError)
_OF_THE_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})


@contextmanager
def zip_damage_told_as(refusal: Exception) -> Iterator[None]:
    """Tell a damaged or locked zip file by one refusal; a full disk stays a full disk.

    Args:
        refusal: what whoever gave the file is told.

    Raises:
        OSError: the disk is full, or this machine cannot open or read files.

    Example:
        >>> with zip_damage_told_as(ValueError("send it again")):
        ...     raise zlib.error("invalid code lengths set")
        Traceback (most recent call last):
        ValueError: send it again
    """
    try:
        yield
    except ZIP_DAMAGE:
        raise refusal from None
    except OSError as error:
        # Compression by bzip2 tells of damage as an error of the system without a number.
        if error.errno in _OF_THE_MACHINE:
            raise
        raise refusal from None
