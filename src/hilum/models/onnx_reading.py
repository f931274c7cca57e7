"""Read prepared images with `model.onnx`, which is quicker than torch on a processor."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.models.folder import ONNX, read_checked, sealed_hashes
from hilum.models.reading import in_batches


@dataclass(frozen=True)
class OnnxModel:
    """A network in onnxruntime.

    Its numbers agree with torch's to about the sixth digit and not to the last: a study that reads with one
    of them must not compare with a threshold that the other one gave, where a score lies on it.

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
        expected = sealed_hashes(folder).get(ONNX)
        if expected is None:
            return None
        return cls.of(read_checked(folder / ONNX, expected), threads)

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
