"""What is done to every image before a model reads it: the table `[preparation]` of a study file."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hilum.study.tasks import Options

Hounsfield = Annotated[float, Field(ge=-32_768, le=65_535, allow_inf_nan=False)]
Window = Annotated[tuple[Hounsfield, Hounsfield], Field(strict=False)]
NamedWindow = Literal["lung", "mediastinum", "bone", "soft tissue", "brain"]
Frame = Annotated[int, Field(ge=1, le=100_000)] | Literal["anterior", "posterior"]

WINDOWS: dict[str, tuple[float, float]] = {
    "lung": (-600.0, 1500.0),
    "mediastinum": (50.0, 350.0),
    "bone": (400.0, 1800.0),
    "soft tissue": (50.0, 400.0),
    "brain": (40.0, 80.0),
}
"""Centre and width, in Hounsfield units, of the windows that have a name."""


class Preparation(Options):
    """The table `[preparation]`; everything left out is decided from the data, or not done.

    Args:
        fit: "letterbox" keeps the shape and fills up with black; "stretch" fills the square.
        normalisation: How grey values are made comparable.
        resampling: How the size is changed: "area", "antialiased" or "b-spline".
        spacing_mm: How large a pixel is afterwards, in millimetres, for files that say how large theirs are.
        window: Centre and width of the Hounsfield units that are shown, for slices of CT; or "lung",
            "mediastinum", "bone", "soft tissue", "brain".
        windows: Two to four of these; a network reads the image through all of them at once.
        frame: Of files with several frames a number from 1, "anterior" or "posterior".
        crop: "body" leaves air and black borders out, "lungs" all but the lungs.
        lung_mask: The file of a trained model that marks the lungs, as `hilum lung-masks` writes it.
        clahe: Whether faint contrast is raised everywhere.
        centre: "lungs" moves the lungs of a lung scan to the middle.
        fallback: How a scan in which no two lungs are found is centred: "mutual information", "random" or
            "none".
        check_upright: Whether images that lie on their side or upside down are named.
        check_view: Whether images that show something else than the training images, such as a lateral film
            among frontal ones, are named.

    Example:
        >>> Preparation(centre="lungs", normalisation="min-max").fallback
        'mutual information'
    """

    fit: Literal["letterbox", "stretch"] | None = None
    normalisation: Literal["none", "percentile", "equalise", "local", "min-max", "z-score"] | None = None
    resampling: Literal["area", "antialiased", "b-spline"] = "area"
    spacing_mm: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    window: Window | NamedWindow | None = None
    windows: Annotated[tuple[Window | NamedWindow, ...], Field(strict=False, min_length=2, max_length=4)] = ()
    frame: Frame | None = None
    crop: Literal["none", "body", "lungs"] = "none"
    lung_mask: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    clahe: bool = False
    centre: Literal["none", "lungs"] = "none"
    fallback: Literal["mutual information", "random", "none"] = "mutual information"
    check_upright: bool = False
    check_view: bool = False

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        """Refuse what would have no effect, or none that was meant."""
        if "fallback" in self.model_fields_set and self.centre == "none":
            raise ValueError(
                'has `fallback`, which goes with centre = "lungs": add it, or leave `fallback` out'
            )
        self._see_windows()
        if self.lung_mask is not None and self.crop != "lungs":
            raise ValueError(
                'has `lung_mask`, which goes with crop = "lungs": add it, or leave `lung_mask` out'
            )
        if self.spacing_mm is not None and self.fit is not None:
            raise ValueError(
                "has `fit` and `spacing_mm`, and pixels of one size leave no choice how the image fits: "
                "leave one of them out"
            )
        if self.clahe and self.normalisation == "local":
            raise ValueError('has `clahe` twice, as normalisation = "local" is CLAHE too: leave one out')
        return self

    def _see_windows(self) -> None:
        if self.window is not None and self.windows:
            raise ValueError("has `window` and `windows`: write all of them in `windows`")
        shown = self.shown
        if any(width < 1 for _, width in shown):
            raise ValueError(
                "has a `window` of no width: write its centre and its width, such as window = [-600, 1500]"
            )
        if len(set(shown)) < len(shown):
            raise ValueError("has the same window twice in `windows`: name each once")

    @property
    def shown(self) -> tuple[tuple[float, float], ...]:
        """Centre and width of every window that is wanted.

        Example:
            >>> Preparation(windows=["lung", (40, 400)]).shown
            ((-600.0, 1500.0), (40.0, 400.0))
        """
        wanted = self.windows or (() if self.window is None else (self.window,))
        return tuple(WINDOWS[each] if isinstance(each, str) else each for each in wanted)
