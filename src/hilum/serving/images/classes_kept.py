"""The table of classes (benign, malignant, normal) that the pages count by; research identifiers only."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive import Archive
from hilum.archive.classes import read_classes
from hilum.archive.guideline import dataset_names
from hilum.errors import TableError
from hilum.files import write_atomically
from hilum.serving.state import Serving

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class KeptClasses:
    """The classes that were given last.

    Attributes:
        file: where they are kept.
    """

    file: Path

    @property
    def stamp(self) -> int:
        """Changes when other classes are given; 0 without any."""
        return self.file.stat().st_mtime_ns if self.file.exists() else 0

    def of(self, images: "pd.DataFrame") -> "pd.Series[str]":
        """The class of each image, empty where none is known."""
        import pandas as pd

        if not self.stamp or images.empty:
            return pd.Series([""] * len(images), index=images.index, dtype=object)
        try:
            return read_classes(self.file, images).of_image
        except TableError:  # none of its patients is in the archive any more
            return pd.Series([""] * len(images), index=images.index, dtype=object)

    def take(self, content: bytes, ending: str, archive: Archive) -> tuple[int, int]:
        """Take a table in place of the one before; real identifiers are translated and not kept.

        Args:
            content: the table's bytes, CSV or Excel.
            ending: of its name.
            archive: to translate identifiers.

        Returns:
            How many images have a class now, and how many rows of the table meet no image.

        Raises:
            TableError: it cannot be read, or names nothing of the archive.
        """
        images = archive.images()
        with tempfile.TemporaryDirectory(dir=self.file.parent, prefix=".classes-") as folder:
            path = Path(folder) / f"classes{ending}"
            path.write_bytes(content)
            found = read_classes(path, images, archive)
        told = images[["patient", "study"]].assign(dataset=dataset_names(images), **{"class": found.of_image})
        told = told[found.of_image != ""].drop_duplicates()
        write_atomically(self.file, told.to_csv(index=False, lineterminator="\n"))
        self.file.chmod(0o600)
        return int((found.of_image != "").sum()), found.unused_rows


def classes_of(serving: Serving) -> KeptClasses:
    """The classes of a running server."""
    return KeptClasses(serving.settings.folder / "classes.csv")
