"""A folder as somebody brings it: films of a simulated hospital, one of them with a name in its picture."""

from pathlib import Path

import numpy as np
import pydicom
from PIL import Image, ImageDraw, ImageFont

from hilum.phantom import build_hospital


def film_folder(folder: Path, patients: int = 5, side: int = 512) -> Path:
    """Films, one text file that is no DICOM, and one film in which a name is written."""
    hospital = build_hospital(folder / "hospital", patients=patients, longest_side=side, workers=1)
    films = hospital.dicom_folder
    (films / "readme.txt").write_text("no image", encoding="utf-8")
    write_name(min(films.rglob("*.dcm")))
    return films


def write_name(film: Path, text: str = "HONG GILDONG 19700101") -> None:
    """Write a name into the picture of a film."""
    dataset = pydicom.dcmread(film)
    pixels = dataset.pixel_array
    page = Image.new("L", (pixels.shape[1], pixels.shape[0]))
    ImageDraw.Draw(page).text((20, 30), text, fill=255, font=ImageFont.load_default(size=28))
    bright = int(pixels.max()) if dataset.PhotometricInterpretation == "MONOCHROME2" else int(pixels.min())
    written = np.where(np.asarray(page) > 100, bright, pixels).astype(pixels.dtype)
    dataset.PixelData = written.tobytes()
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.save_as(film)
