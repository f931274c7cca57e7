"""Whoever is signed in, as routes see that person."""

from dataclasses import dataclass

from hilum.serving.access.rights import Right


@dataclass(frozen=True)
class Person:
    """A person who is signed in.

    Attributes:
        id: the number of the account.
        name: the name of the account.
        roles: the roles of the account.
        rights: what this request may do; less than the roles allow, where a token with scopes was used.

    Example:
        >>> Person(1, "kim", frozenset({"viewer"}), frozenset({Right.see_studies})).may(Right.see_models)
        False
    """

    id: int
    name: str
    roles: frozenset[str]
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether the person has a right."""
        return right in self.rights
