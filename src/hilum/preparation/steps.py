"""What is done to every image beside its size, its shape and its grey values; part of the plan."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A section of the plan: nothing changes after reading, and unknown entries are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Steps(Section):
    """Steps of preparation that a study may ask for.

    Attributes:
        resampling: how the size is changed, see `hilum.preparation.resample`.
        spacing_mm: how large a pixel is afterwards, millimetres; None = the whole image fills the square.
        window: centre and width of the Hounsfield units that are shown; None = the file's own window.
        crop: `body` leaves air and black borders out, `lungs` all but the lungs.
        clahe: whether faint contrast is raised everywhere.
        centre: `lungs` moves the lungs of a scan to the middle.
        fallback: how an image in which no two lungs are found is moved.
        upright: whether images that lie on their side or upside down are looked for; none is turned.
        mean: the mean image of the training part, see `hilum.preparation.mean_image`; empty = not needed.

    Example:
        >>> Steps(centre="lungs").needs_mean, Steps().needs_mean
        (True, False)
    """

    resampling: Literal["area", "antialiased", "b-spline"] = "area"
    spacing_mm: float | None = Field(default=None, gt=0, le=100)
    window: tuple[float, float] | None = None
    crop: Literal["none", "body"] = "none"
    clahe: bool = False
    centre: Literal["none", "lungs"] = "none"
    fallback: Literal["mutual information", "random", "none"] = "mutual information"
    upright: bool = False
    mean: str = Field(default="", max_length=100_000)

    @property
    def needs_mean(self) -> bool:
        """Whether something is compared with the mean image of the training part."""
        return self.upright or (self.centre == "lungs" and self.fallback != "none")

    @property
    def placed(self) -> bool:
        """Whether every image has a record of its own: how it was centred, how it seems to be turned."""
        return self.upright or self.centre == "lungs"
