"""GDCM in a process of its own: run as a script, it decodes the frames that come in by its standard input.

GDCM ends the whole process, without a Python exception, on some broken JPEG streams, and writes to the
standard error on others. Here it can only end itself. Requests and answers are one line of JSON, then bytes.
This file imports nothing of hilum, so that it starts in a moment.
"""

import json
import sys
from typing import Any, BinaryIO


def decode_frame(frame: bytes, request: dict[str, Any]) -> tuple[bytes, int]:
    """Decode one JPEG frame; return the pixels and their planar configuration."""
    import gdcm

    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((request["columns"], request["rows"], 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType(request["photometric"])
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    if request["samples"] > 1:
        image.SetPlanarConfiguration(request["planar"])
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(request["syntax"])))
    precision = request["precision"]
    image.SetPixelFormat(
        gdcm.PixelFormat(
            request["samples"], request["bits_allocated"], precision, precision - 1, request["signed"]
        )
    )
    pixels = image.GetBuffer().encode("utf-8", "surrogateescape")
    return pixels, int(image.GetPlanarConfiguration())


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until there are no more."""
    while line := requests.readline():
        request = json.loads(line)
        frame = requests.read(request["size"])
        try:
            pixels, planar = decode_frame(frame, request)
        except Exception as error:  # noqa: BLE001 - the other side turns it into one sentence
            pixels, planar = b"", 0
            answers.write(json.dumps({"size": -1, "error": type(error).__name__}).encode() + b"\n")
        else:
            answers.write(json.dumps({"size": len(pixels), "planar": planar}).encode() + b"\n" + pixels)
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
