"""Films made in code."""

from io import BytesIO

import numpy as np
import pydicom

from hilum.deid.example import example_file


def film(
    number: int, *, patient: str = "00123456", shade: int = 0, shape: tuple[int, int] = (16, 128)
) -> bytes:
    """A film as bytes; `number` makes its identifiers, `shade` its pixels.

    It is low and wide, because writing is looked for in it enlarged to 960 pixels: a square takes longest.
    """
    source = example_file()
    source.PatientID, source.PatientName = patient, f"Hong^Gildong {patient}"
    source.AccessionNumber = f"ACC{patient}"
    source.StudyInstanceUID = f"1.2.826.0.1.3680043.8.498.20.{int(patient)}"
    source.SeriesInstanceUID = f"1.2.826.0.1.3680043.8.498.30.{int(patient)}"
    source.SOPInstanceUID = f"1.2.826.0.1.3680043.8.498.40.{number}"
    source.Rows, source.Columns = rows, columns = shape
    ramp = (np.add.outer(np.arange(rows), np.arange(columns)) * 4000 // (rows + columns)) + shade
    source.PixelData = ramp.astype("<u2").tobytes()
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()
