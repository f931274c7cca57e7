"""Explanation: where in an image a model finds its evidence, and whether a map of that is to be believed."""

from hilum.explanation.activation_map import class_activation_maps
from hilum.explanation.geometry import map_in_image
from hilum.explanation.method import Method
from hilum.explanation.methods import METHODS, method_named
from hilum.explanation.pictures_with_maps import PictureWithMaps, explain, explain_cases

__all__ = [
    "METHODS",
    "Method",
    "PictureWithMaps",
    "class_activation_maps",
    "explain",
    "explain_cases",
    "map_in_image",
    "method_named",
]
