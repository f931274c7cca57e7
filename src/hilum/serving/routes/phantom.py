"""The phantom hospital: a whole study to try, of films of nobody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.jobs.desk import start_job
from hilum.serving.state import serving

router = APIRouter(prefix="/api/phantom", tags=["phantom"])
Making = Annotated[Person, Depends(asks(Right.see_studies, Right.make_studies))]

_WORLD = "pneumonia-products"
_PATIENTS = 300
_TITLE = "Phantom hospital: pneumonia on the chest radiograph, an own network beside two products"
_STUDY = f"""\
# The films are simulated, and nobody on them exists. `truth.json` says what a perfect reader would reach.
version = 1
title = "{_TITLE}"

[cohort]
images = "films"                    # its sub-folders are the labels
table = "films.csv"                 # a row a film: image, patient, part
image = "image"
patient = "patient"

[task]
kind = "classification"
positive = "pneumonia"

[split]
parts_column = "part"               # the table says which films were trained on
seed = 7

[[readers]]
model = "small_cnn"
name = "own network"
pretrained = false
size = 96
epochs = 5
threshold = 0.5

[[readers]]
product = "product_a.csv"           # patient, score from 0 to 100
threshold = 50.0

[[readers]]
product = "product_b.csv"
threshold = 50.0
"""


class PhantomBegun(BaseModel):
    """A hospital that is being made."""

    job: str
    study: str = Field(description="The study of its films, which can be run when the job is done.")


@router.post("", status_code=202)
def make_phantom_hospital(request: Request, person: Making) -> PhantomBegun:
    """Make a small phantom hospital, and the study of its films."""
    here = serving(request)
    place = store.add_study(here, person, _TITLE)
    revisions.save(place.folder, _STUDY, None, (person.id, person.name), "made")
    asked = {"world": _WORLD, "folder": str(place.folder), "patients": _PATIENTS}
    return PhantomBegun(job=start_job(here, person, "phantom", asked, place.slug), study=place.slug)
