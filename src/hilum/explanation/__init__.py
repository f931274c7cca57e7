"""Explanation: where in an image a model finds its evidence."""

from hilum.explanation.activation_map import class_activation_maps
from hilum.explanation.geometry import map_in_image
from hilum.explanation.pictures_with_maps import explain

__all__ = ["class_activation_maps", "explain", "map_in_image"]
