"""The phantom hospital: a seeded simulator whose true answers are known.

Patients whose hazard of death is known, chest radiographs of them, DICOM as three sites' machines write it,
and beside it all the numbers a perfect program would find. Nobody in it exists.
"""

from hilum.phantom.anatomy import Person
from hilum.phantom.features_only import FeaturesOnly, write_features_only
from hilum.phantom.film import Film, render_film
from hilum.phantom.folder_world import FolderWorld, write_folder_world
from hilum.phantom.hospital import Hospital, build_hospital
from hilum.phantom.patients import simulate_patients
from hilum.phantom.truth import TrueMeasure, Truth, true_performance

__all__ = [
    "FeaturesOnly",
    "Film",
    "FolderWorld",
    "Hospital",
    "Person",
    "TrueMeasure",
    "Truth",
    "build_hospital",
    "render_film",
    "simulate_patients",
    "true_performance",
    "write_features_only",
    "write_folder_world",
]
