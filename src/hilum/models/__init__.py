"""Architectures as plain modules, and the folder in which a trained one travels."""

from hilum.models.build import MODELS, architecture, build_model
from hilum.models.folder import ModelFacts, ModelFolder, freeze_threshold, load_facts, load_model, save_model
from hilum.models.machine import keep_freed_memory, place, steady
from hilum.models.network import Architecture, Network, Shape
from hilum.models.reading import Standard, read_images, standardised, to_unit

__all__ = [
    "MODELS",
    "Architecture",
    "ModelFacts",
    "ModelFolder",
    "Network",
    "Shape",
    "Standard",
    "architecture",
    "build_model",
    "freeze_threshold",
    "keep_freed_memory",
    "load_facts",
    "load_model",
    "place",
    "read_images",
    "save_model",
    "standardised",
    "steady",
    "to_unit",
]
