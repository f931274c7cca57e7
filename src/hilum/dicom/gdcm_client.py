"""Asks the process in which GDCM runs to decode a frame."""

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from hilum.dicom.frames import Frame, pixels_from_planes
from hilum.dicom.pixel_header import PixelHeader
from hilum.errors import ImageError

_SECONDS = 30.0
_BROKEN = "a compressed frame is damaged and cannot be decoded; export it again"


class _Decoder:
    """One process with GDCM, started when it is first needed and again when a broken frame has ended it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, frame: bytes, request: dict[str, object]) -> tuple[bytes, int]:
        with self._lock:
            process = self._running()
            watch = threading.Timer(_SECONDS, process.kill)
            watch.start()
            try:
                return _exchange(process, frame, request)
            except (OSError, ValueError, KeyError) as error:
                self._end()
                raise ImageError(_BROKEN) from error
            finally:
                watch.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        """Start the process where there is none; a forked process must not share its parent's."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            script = Path(__file__).with_name("gdcm_process.py")
            self._process = subprocess.Popen(  # noqa: S603 - this Python and a script of this package
                [sys.executable, "-P", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._owner = os.getpid()
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def close(self) -> None:
        with self._lock:
            self._end()


def _exchange(
    process: subprocess.Popen[bytes], frame: bytes, request: dict[str, object]
) -> tuple[bytes, int]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({**request, "size": len(frame)}).encode() + b"\n" + frame)
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    size = int(answer["size"])
    if size < 0:
        raise ImageError(_BROKEN)
    pixels = process.stdout.read(size)
    if len(pixels) != size:
        raise ValueError("the answer is cut")
    return pixels, int(answer["planar"])


_decoder = _Decoder()
atexit.register(_decoder.close)


def decode_by_gdcm(frame: bytes, header: PixelHeader, precision: int) -> Frame:
    """Let GDCM decode a frame of a JPEG family, in a process that a broken frame may end.

    Args:
        frame: the compressed stream.
        header: of the image.
        precision: bits of one sample in the stream.

    Raises:
        ImageError: the frame cannot be decoded.
    """
    request: dict[str, object] = {
        "rows": header.rows,
        "columns": header.columns,
        "samples": header.samples,
        "planar": header.planar,
        "photometric": header.photometric,
        "syntax": str(header.syntax),
        "bits_allocated": header.bits_allocated,
        "precision": precision,
        "signed": int(header.signed),
    }
    pixels, planar = _decoder.ask(frame, request)
    values = np.frombuffer(pixels, header.dtype)
    if header.samples > 1 and planar == 1:
        planes = values.reshape(header.samples, header.rows, header.columns)
        return pixels_from_planes(planes), header.photometric
    return values.reshape(header.frame_shape), header.photometric
