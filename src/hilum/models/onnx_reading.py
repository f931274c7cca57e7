"""Read prepared images with `model.onnx`, as programs without torch do, with the same numbers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.models.folder import ONNX, sealed_file
from hilum.models.reading import in_batches


@dataclass(frozen=True)
class OnnxModel:
    """A network in onnxruntime.

    Its numbers agree with torch's to about the sixth digit and not to the last. A threshold belongs to the
    numbers it was chosen on, so a study and what reads new images later both ask `reading_engine`.

    Attributes:
        session: of onnxruntime.
        outputs: how many numbers it gives for an image.
    """

    session: Any
    outputs: int

    @classmethod
    def load(cls, folder: Path, threads: int) -> Self | None:
        """The model of a folder, or None where it holds no `model.onnx`.

        Args:
            folder: one repeat's folder.
            threads: processor threads.

        Raises:
            ModelError: the file is missing although it was sealed, was changed, or cannot be read.
        """
        data = sealed_file(folder, ONNX)
        return None if data is None else cls.of(data, threads)

    @classmethod
    def of(cls, data: bytes, threads: int) -> Self:
        """The model of a file's bytes.

        Args:
            data: the file.
            threads: processor threads.

        Raises:
            ModelError: it is no ONNX file.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        try:
            session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
            outputs = int(session.get_outputs()[0].shape[-1])
        except Exception:  # noqa: BLE001  # the errors of onnxruntime share no other class
            raise ModelError("model.onnx cannot be read: get the model again") from None
        return cls(session, outputs)

    def read_images(
        self, array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64], views: int = 1
    ) -> NDArray[np.float32]:
        """The outputs for prepared images.

        Args:
            array: (images, size, size) prepared images.
            rows: which of them.
            views: how many slightly moved copies are read and averaged; 1 = the image alone.

        Returns:
            (rows, outputs), before any sigmoid.
        """

        def read(images: Tensor) -> Tensor:
            given = {"image": images.contiguous().numpy()}
            try:
                outputs: Tensor = torch.from_numpy(self.session.run(["output"], given)[0])
            except Exception:  # noqa: BLE001  # the errors of onnxruntime share no other class
                raise ModelError(
                    "model.onnx cannot read these images: prepare them by the model's own plan"
                ) from None
            return outputs

        found = in_batches(read, array, rows, views, torch.device("cpu"))
        return np.concatenate(found) if found else np.zeros((0, self.outputs), np.float32)


def reading_engine(folder: Path, threads: int, device: torch.device) -> OnnxModel | None:
    """What reads images with a trained model on a device: onnxruntime where it can, else torch.

    The run whose readings choose the threshold and whoever reads new images with the model ask the same, so
    that an image gets one number, to the last digit, from both. Between a graphics card and a processor
    numbers differ in their last digits, whatever reads.

    Args:
        folder: one repeat's folder.
        threads: processor threads, as the plan has them.
        device: on which is read.

    Returns:
        The model in onnxruntime; None where torch reads: on a graphics card, or without a `model.onnx`.

    Raises:
        ModelError: the file is missing although it was sealed, was changed, or cannot be read.
    """
    return OnnxModel.load(folder, threads) if device.type == "cpu" else None
