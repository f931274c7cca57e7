"""Names of columns and words, compared without case, blanks and signs."""

import re


def plain_name(column: str) -> str:
    """A column's name in lower case, its words joined by `_`.

    Example:
        >>> plain_name(" BUN (mg/dL)")
        'bun_mg_dl'
    """
    return re.sub(r"[\W_]+", "_", column.casefold()).strip("_")
