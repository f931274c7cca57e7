"""The whole corpus: a folder full of identifiers, and its answer key."""

from pathlib import Path

from torture import drawn, pictures
from torture.planting import AnswerKey


def make_corpus(folder: Path) -> AnswerKey:
    """Write every object into a folder; the same tokens in the same places every time."""
    key = AnswerKey()
    pictures.computed_radiograph(folder, key)
    pictures.digital_radiograph(folder, key)
    slices = pictures.computed_tomography(folder, key)
    pictures.positron_emission_tomography(folder, key)
    pictures.nuclear_medicine(folder, key)
    pictures.ultrasound(folder, key)
    pictures.secondary_capture(folder, key)
    pictures.magnetic_resonance(folder, key)
    drawn.segmentation(folder, key, slices)
    drawn.structured_report(folder, key, slices)
    drawn.key_objects(folder, key, slices)
    drawn.presentation_state(folder, key, slices)
    drawn.structure_set(folder, key, slices)
    drawn.dose(folder, key, slices)
    drawn.document(folder, key)
    return key
