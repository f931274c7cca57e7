"""What a person may do, and the roles that bundle it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    """One thing that a person may do.

    Example:
        >>> Right("see_studies").value
        'see_studies'
    """

    see_studies = "see_studies"
    make_studies = "make_studies"
    run_studies = "run_studies"
    see_archive = "see_archive"
    bring_images = "bring_images"
    settle_quarantine = "settle_quarantine"
    release_data = "release_data"
    pull_from_pacs = "pull_from_pacs"
    see_identities = "see_identities"
    mark_lesions = "mark_lesions"
    mark_first = "mark_first"
    adjudicate = "adjudicate"
    assign_marking = "assign_marking"
    see_markings = "see_markings"
    manage_users = "manage_users"
    read_audit = "read_audit"
    see_models = "see_models"


EVERY_RIGHT = frozenset(Right)
"""What the single user of an own machine may do."""

ROLES: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        # Whoever manages accounts sees no identity and marks nothing, unless given a role that does.
        "administrator": EVERY_RIGHT
        - {Right.see_identities, Right.mark_lesions, Right.mark_first, Right.adjudicate},
        "data_manager": frozenset(
            {
                Right.see_studies,
                Right.see_archive,
                Right.bring_images,
                Right.settle_quarantine,
                Right.release_data,
                Right.pull_from_pacs,
                Right.see_identities,
                Right.assign_marking,
                Right.see_markings,
                Right.see_models,
            }
        ),
        "annotator": frozenset({Right.mark_lesions}),
        "specialist": frozenset({Right.mark_lesions, Right.mark_first}),
        "adjudicator": frozenset({Right.adjudicate}),
        "researcher": frozenset(
            {
                Right.see_studies,
                Right.make_studies,
                Right.run_studies,
                Right.see_archive,
                Right.see_markings,
                Right.see_models,
            }
        ),
        "viewer": frozenset({Right.see_studies}),
    }
)
"""The rights of each role; a person's rights are those of all roles of that person."""


def rights_of(roles: frozenset[str]) -> frozenset[Right]:
    """The rights of several roles together; an unknown role gives none.

    Example:
        >>> sorted(rights_of(frozenset({"annotator", "viewer"})))
        [<Right.mark_lesions: 'mark_lesions'>, <Right.see_studies: 'see_studies'>]
    """
    return frozenset(right for role in roles for right in ROLES.get(role, frozenset()))
