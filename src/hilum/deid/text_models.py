"""The two neural networks that find and read writing in a picture.

They are PP-OCR models (Apache-2.0) that lie inside the `rapidocr` package, so nothing is fetched from
anywhere. onnxruntime runs them on one thread: the program works in parallel by processes.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import WorkspaceError

LONGEST_SIDE = 960
_READ_HEIGHT = 48
_WIDEST_READ = 960
_WARM = 0.3  # the least heat of a pixel of writing


@dataclass(frozen=True)
class Found:
    """A place where the detector sees writing.

    Attributes:
        corners: (4, 2) x and y of the corners in pixels, clockwise from the upper left.
        score: how sure the detector is, 0 to 1.
    """

    corners: NDArray[np.float32]
    score: float


@dataclass(frozen=True)
class Reading:
    """What the recogniser reads in a crop, and how sure it is, 0 to 1."""

    text: str
    score: float


class TextModels:
    """Detector and recogniser, each loaded when it is first needed. Make one a process.

    Raises:
        WorkspaceError: on first use, if the models are not where rapidocr keeps them.

    Example:
        >>> TextModels().detect(np.zeros((64, 64), np.uint8))
        []
    """

    def detect(self, picture: NDArray[np.uint8]) -> list[Found]:
        """Find writing in a grey picture (rows, columns), made smaller if its longer side is over 960."""
        import cv2

        rows, columns = picture.shape
        ratio = min(1.0, LONGEST_SIDE / max(rows, columns))
        size = tuple(max(32, round(side * ratio / 32) * 32) for side in (columns, rows))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
        grey = small.astype(np.float32) / 127.5 - 1.0
        batch = np.ascontiguousarray(np.broadcast_to(grey, (1, 3, *grey.shape)))
        heat = self._run(self._detector, batch)
        if not (heat > _WARM).any():
            return []  # most pictures; the part that draws the boxes takes long to load
        boxes, scores = self._boxes(heat, (rows, columns))
        return [
            Found(np.asarray(box, np.float32), float(score)) for box, score in zip(boxes, scores, strict=True)
        ]

    def detect_enlarged(self, picture: NDArray[np.uint8]) -> list[Found]:
        """Find writing in a small grey picture that is enlarged to the longest side that is looked at."""
        import cv2

        ratio = LONGEST_SIDE / max(picture.shape)
        large = cv2.resize(picture, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_CUBIC)
        found = self.detect(np.asarray(large, np.uint8))
        return [Found((box.corners / ratio).astype(np.float32), box.score) for box in found]

    def read(self, crop: NDArray[np.uint8]) -> Reading:
        """Read one line of writing in a grey crop (rows, columns)."""
        import cv2

        rows, columns = crop.shape
        width = int(np.clip(np.ceil(_READ_HEIGHT * columns / rows), 16, _WIDEST_READ))
        line = cv2.resize(crop, (width, _READ_HEIGHT)).astype(np.float32) / 127.5 - 1.0
        canvas = np.zeros((_READ_HEIGHT, max(width, 320)), np.float32)
        canvas[:, :width] = line
        batch = np.ascontiguousarray(np.broadcast_to(canvas, (1, 3, *canvas.shape)))
        chances = self._run(self._recogniser, batch)[0]
        best, score = chances.argmax(axis=1), chances.max(axis=1)
        new = np.concatenate([[True], best[1:] != best[:-1]]) & (
            best != 0
        )  # CTC: 0 is blank, repeats are one
        text = "".join(self._letters[letter] for letter in best[new])
        return Reading(text.strip(), float(score[new].mean()) if new.any() else 0.0)

    @cached_property
    def _detector(self) -> Any:
        return self._session("det")

    @cached_property
    def _recogniser(self) -> Any:
        return self._session("rec")

    @cached_property
    def _letters(self) -> list[str]:
        known = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        return ["", *known, " "]

    @cached_property
    def _boxes(self) -> Any:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        return DBPostProcess(
            thresh=_WARM,
            box_thresh=0.5,
            max_candidates=200,
            unclip_ratio=1.6,
            score_mode="fast",
            use_dilation=True,
        )

    @staticmethod
    def _run(session: Any, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(session.run(None, {session.get_inputs()[0].name: batch})[0])

    @staticmethod
    def _session(kind: str) -> Any:
        import onnxruntime
        import rapidocr

        found = sorted((Path(rapidocr.__file__).parent / "models").glob(f"*_{kind}_*.onnx"))
        if not found:
            raise WorkspaceError(
                "the models that find writing in pictures are missing: install rapidocr again"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(found[0]), options, providers=["CPUExecutionProvider"])
