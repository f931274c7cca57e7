"""Which archived images were given to a person to mark."""

import json

from sqlalchemy import select

from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.annotation_store import WITHDRAWN
from hilum.serving.annotation_tables import CASES, MARKINGS
from hilum.serving.state import Serving


def assigned_images(here: Serving, person: Person, patient: str) -> set[str]:
    """The images of a patient in cases that are this person's to mark, or that he may look at.

    Args:
        here: the server.
        person: who asks.
        patient: research identifier.

    Returns:
        Paths in the archive.
    """
    cases = select(CASES.c.images).where(CASES.c.patient == patient)
    if not person.may(Right.see_markings):
        mine = select(MARKINGS.c.case).where(MARKINGS.c.person == person.id, MARKINGS.c.state != WITHDRAWN)
        cases = cases.where(CASES.c.id.in_(mine))
    with here.reading() as connection:
        found = connection.execute(cases).scalars().all()
    return {str(image["image"]) for images in found for image in json.loads(images)}
