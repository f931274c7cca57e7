"""Write a trained model as `model.onnx`, for programs without torch, and check it against torch."""

import importlib.util
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hilum.errors import ModelError
from hilum.models.build import build_model
from hilum.models.case_network import CaseNetwork, CaseShape
from hilum.models.folder import ONNX, ModelFolder, add_file, load_model
from hilum.models.network import Network, Shape
from hilum.models.onnx_reading import OnnxModel
from hilum.models.reading import Standard, read_images, to_unit

# The largest difference to torch that is let through, absolute for outputs up to 1 and relative beyond.
TOLERANCE = 1e-4
_EXAMPLES = 3
_NEEDED = ("onnx", "onnxscript")


class _FromGrey(nn.Module):
    """A network together with what stands before it, so that grey values between 0 and 1 go in."""

    def __init__(self, network: Network, standard: Standard) -> None:
        super().__init__()
        self.network, self.standard = network, standard

    def forward(self, image: Tensor) -> Tensor:
        outputs: Tensor = self.network((image - self.standard.mean) / self.standard.deviation)
        return outputs


def can_export() -> bool:
    """Whether the packages are installed that write ONNX.

    Example:
        >>> can_export() in (True, False)
        True
    """
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def export_onnx(folder: Path, images: NDArray[np.uint8 | np.uint16] | None = None) -> Path:
    """Write `model.onnx` into a model folder and seal it, once it gives the numbers that torch gives.

    Its input `image` is (n, channels, size, size) with grey values between 0 and 1, prepared as the plan
    says, with slices as channels where the model reads volumes; mean and standard deviation are inside. Its
    output `output` stands before any sigmoid or softmax.

    Args:
        folder: one repeat's folder.
        images: (m, size, size) or (m, depth, size, size) prepared images on which it is compared with torch,
            beside random ones.

    Returns:
        The file.

    Raises:
        ModelError: the model cannot be written as ONNX, or would give other numbers than torch.
    """
    if not can_export():
        raise ModelError(
            "writing model.onnx needs the packages onnx and onnxscript: install them with "
            "`pip install onnx onnxscript`"
        )
    found = load_model(folder)
    network, shape = _network_of(found)
    if isinstance(network, CaseNetwork):
        raise ModelError(
            f"the model {folder.name} reads several images or a table together with the image, which "
            "model.onnx cannot: use it through hilum instead"
        )
    standard = Standard(found.facts.mean, found.facts.deviation)
    random = _random_images(shape, int(found.facts.plan["picture"].get("depth", 1)))
    data = _written(_FromGrey(network, standard).eval(), random, folder)
    examples = random if images is None else np.concatenate([random, images])
    largest = _difference(OnnxModel.of(data, threads=1), network, standard, examples)
    if not largest <= TOLERANCE:
        raise ModelError(
            f"model.onnx of {folder.name} would differ from the trained model by {largest:.2g} and was not "
            f"written: {found.facts.architecture} cannot be given on as ONNX"
        )
    facts = {"largest_difference": largest, "images": len(examples)}
    add_file(folder, ONNX, data, facts)
    return folder / ONNX


def _network_of(found: ModelFolder) -> tuple[Network, Shape]:
    picture = found.facts.plan["picture"]
    outputs = len(found.weights["head.bias"])
    single = Shape(int(picture.get("channels", 1)), outputs, int(picture["size"]))
    shape = CaseShape.of_weights(single, found.weights)
    network = build_model(found.facts.architecture, shape)
    network.load_state_dict(found.weights)
    return network.eval(), shape


def _written(network: nn.Module, images: NDArray[np.uint8], folder: Path) -> bytes:
    """The bytes of the ONNX file; any number of images may be read at once."""
    example = torch.zeros_like(to_unit(images[:2], torch.device("cpu")))
    with tempfile.TemporaryDirectory(prefix="hilum-") as place, warnings.catch_warnings():
        # The exporter warns of its own parts that will be renamed.
        warnings.simplefilter("ignore")
        path = Path(place) / ONNX
        try:
            torch.onnx.export(
                network,
                (example,),
                path,
                input_names=["image"],
                output_names=["output"],
                dynamic_shapes={"image": {0: torch.export.Dim("n")}},
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        except (torch.onnx.OnnxExporterError, RuntimeError, ValueError, TypeError):
            raise ModelError(
                f"the model {folder.name} cannot be written as ONNX: use it through hilum instead"
            ) from None
        return path.read_bytes()


def _random_images(shape: Shape, depth: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    planes = max(depth, shape.channels)
    one = (shape.size, shape.size) if planes == 1 else (planes, shape.size, shape.size)
    return rng.integers(0, 256, (_EXAMPLES, *one)).astype(np.uint8)


def _difference(
    model: OnnxModel, network: Network, standard: Standard, images: NDArray[np.uint8 | np.uint16]
) -> float:
    rows = np.arange(len(images), dtype=np.int64)
    expected = read_images(network, images, rows, standard)
    found = model.read_images(images, rows)
    return float(np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1.0)))
