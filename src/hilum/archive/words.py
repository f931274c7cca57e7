"""Text in the index, the same on every database."""

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class Words(TypeDecorator[str]):
    r"""Text of any length, sorted by its bytes.

    SQLite takes what it is given; PostgreSQL sorts by language and refuses NUL. So it is told to sort by
    bytes, and what no text can hold is left out on both.

    Example:
        >>> Words().process_bind_param("a\x00b", None)
        'ab'
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type: PostgreSQL needs to be told how to sort."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, _dialect: Dialect | None) -> str | None:
        """Leave out NUL and halves of characters."""
        if value is None or (value.isprintable() and value.isascii()):
            return value
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
