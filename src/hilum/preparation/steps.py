"""What is done to every image beside its size, its shape and its grey values; part of the plan."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from hilum.study import Frame


class Section(BaseModel):
    """A section of the plan: nothing changes after reading, and unknown entries are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# Plans that do none of this stay as they were written before there was any of it.
_LATER = ("windows", "frame", "lungs", "view", "least_like")


class Steps(Section):
    """Steps of preparation that a study may ask for.

    Attributes:
        resampling: how the size is changed, see `hilum.preparation.resample`.
        spacing_mm: how large a pixel is afterwards, millimetres; None = the whole image fills the square.
        window: centre and width of the Hounsfield units that are shown; None = the file's own window.
        windows: several of these, one a channel; empty = one grey picture.
        frame: of a file with several frames; None = what one picture the file gives.
        crop: `body` leaves air and black borders out, `lungs` all but the lungs.
        lungs: the model that marks the lungs, see `hilum.preparation.lung_mask`; empty = by thresholds.
        clahe: whether faint contrast is raised everywhere.
        centre: `lungs` moves the lungs of a scan to the middle.
        fallback: how an image in which no two lungs are found is moved.
        upright: whether images that lie on their side or upside down are looked for; none is turned.
        view: whether images that are like no training image are looked for.
        least_like: the likeness to the mean image, from -1 to 1, below which an image is like none of them.
        mean: the mean image of the training part, see `hilum.preparation.mean_image`; empty = not needed.

    Example:
        >>> Steps(centre="lungs").needs_mean, Steps().needs_mean
        (True, False)
    """

    resampling: Literal["area", "antialiased", "b-spline"] = "area"
    spacing_mm: float | None = Field(default=None, gt=0, le=100)
    window: tuple[float, float] | None = None
    windows: tuple[tuple[float, float], ...] = Field(default=(), max_length=4)
    frame: Frame | None = None
    crop: Literal["none", "body", "lungs"] = "none"
    lungs: str = Field(default="", max_length=2_000_000)
    clahe: bool = False
    centre: Literal["none", "lungs"] = "none"
    fallback: Literal["mutual information", "random", "none"] = "mutual information"
    upright: bool = False
    view: bool = False
    least_like: float = Field(default=-1.0, ge=-1, le=1)
    mean: str = Field(default="", max_length=100_000)

    @model_serializer(mode="wrap")
    def _short(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        for name in _LATER:
            if getattr(self, name) == type(self).model_fields[name].default:
                written.pop(name, None)
        return written

    @property
    def all_windows(self) -> tuple[tuple[float, float], ...]:
        """Every window, one a channel; empty where the file's own is taken.

        Example:
            >>> Steps(window=(40, 400)).all_windows, Steps().all_windows
            (((40.0, 400.0),), ())
        """
        return self.windows or (() if self.window is None else (self.window,))

    @property
    def channels(self) -> int:
        """How many channels an image has.

        Example:
            >>> Steps(windows=((-600, 1500), (40, 400))).channels
            2
        """
        return max(len(self.windows), 1)

    @property
    def needs_mean(self) -> bool:
        """Whether something is compared with the mean image of the training part."""
        return self.upright or self.view or (self.centre == "lungs" and self.fallback != "none")

    @property
    def placed(self) -> bool:
        """Whether every image has a record of its own: how it was cropped and centred, how it is turned."""
        return self.upright or self.view or self.centre == "lungs" or self.crop == "lungs"
