"""Names of columns and words, compared without case, blanks and signs."""

from hilum.study.names import plain_name

__all__ = ["plain_name"]
