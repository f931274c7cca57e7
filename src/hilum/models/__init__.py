"""Architectures as plain modules, and the folder in which a trained one travels."""

from hilum.models.blend import Blend, blend_name
from hilum.models.build import MODELS, architecture, build_model
from hilum.models.case_network import CaseNetwork, CaseShape
from hilum.models.folder import ModelFacts, ModelFolder, freeze_threshold, load_facts, load_model, save_model
from hilum.models.machine import keep_freed_memory, place, steady
from hilum.models.network import Architecture, Network, Shape
from hilum.models.onnx_export import can_export, export_onnx
from hilum.models.onnx_reading import OnnxModel
from hilum.models.reading import Standard, read_images, standardised, to_unit
from hilum.models.slices import GatedAttention, SliceAttention
from hilum.models.starting import Starting, read_starting, start_from
from hilum.models.volumes import VolumeNetwork

__all__ = [
    "MODELS",
    "Architecture",
    "Blend",
    "CaseNetwork",
    "CaseShape",
    "GatedAttention",
    "ModelFacts",
    "ModelFolder",
    "Network",
    "OnnxModel",
    "Shape",
    "SliceAttention",
    "Standard",
    "Starting",
    "VolumeNetwork",
    "architecture",
    "blend_name",
    "build_model",
    "can_export",
    "export_onnx",
    "freeze_threshold",
    "keep_freed_memory",
    "load_facts",
    "load_model",
    "place",
    "read_images",
    "read_starting",
    "save_model",
    "standardised",
    "start_from",
    "steady",
    "to_unit",
]
