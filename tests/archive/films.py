"""Films made in code."""

from io import BytesIO

import numpy as np
import pydicom

from hilum.deid.example import example_file


def film(number: int, *, patient: str = "00123456", shade: int = 0, side: int = 32) -> bytes:
    """A film as bytes; `number` makes its identifiers, `shade` its pixels."""
    source = example_file()
    source.PatientID, source.PatientName = patient, f"Hong^Gildong {patient}"
    source.AccessionNumber = f"ACC{patient}"
    source.StudyInstanceUID = f"1.2.826.0.1.3680043.8.498.20.{int(patient)}"
    source.SeriesInstanceUID = f"1.2.826.0.1.3680043.8.498.30.{int(patient)}"
    source.SOPInstanceUID = f"1.2.826.0.1.3680043.8.498.40.{number}"
    source.Rows = source.Columns = side
    ramp = (np.add.outer(np.arange(side), np.arange(side)) * 4000 // (2 * side)) + shade
    source.PixelData = ramp.astype("<u2").tobytes()
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()
