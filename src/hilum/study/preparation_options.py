"""What is done to every image before a model reads it: the table `[preparation]` of a study file."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hilum.study.tasks import Options

Hounsfield = Annotated[float, Field(ge=-32_768, le=65_535, allow_inf_nan=False)]


class Preparation(Options):
    """The table `[preparation]`; everything left out is decided from the data, or not done.

    Args:
        fit: "letterbox" keeps the shape and fills up with black; "stretch" fills the square.
        normalisation: How grey values are made comparable.
        resampling: How the size is changed: "area", "antialiased" or "b-spline".
        spacing_mm: How large a pixel is afterwards, in millimetres, for files that say how large theirs are.
        window: Centre and width of the Hounsfield units that are shown, for CT.
        crop: "body" leaves air and black borders out.
        clahe: Whether faint contrast is raised everywhere.
        centre: "lungs" moves the lungs of a lung scan to the middle.
        fallback: How a scan in which no two lungs are found is centred: "mutual information", "random" or
            "none".
        check_upright: Whether images that lie on their side or upside down are named.

    Example:
        >>> Preparation(centre="lungs", normalisation="min-max").fallback
        'mutual information'
    """

    fit: Literal["letterbox", "stretch"] | None = None
    normalisation: Literal["none", "percentile", "equalise", "local", "min-max", "z-score"] | None = None
    resampling: Literal["area", "antialiased", "b-spline"] = "area"
    spacing_mm: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    window: Annotated[tuple[Hounsfield, Hounsfield], Field(strict=False)] | None = None
    crop: Literal["none", "body"] = "none"
    clahe: bool = False
    centre: Literal["none", "lungs"] = "none"
    fallback: Literal["mutual information", "random", "none"] = "mutual information"
    check_upright: bool = False

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        """Refuse what would have no effect, or none that was meant."""
        if "fallback" in self.model_fields_set and self.centre == "none":
            raise ValueError(
                'has `fallback`, which goes with centre = "lungs": add it, or leave `fallback` out'
            )
        if self.window is not None and self.window[1] < 1:
            raise ValueError(
                "has a `window` of no width: write its centre and its width, such as window = [-600, 1500]"
            )
        if self.spacing_mm is not None and self.fit is not None:
            raise ValueError(
                "has `fit` and `spacing_mm`, and pixels of one size leave no choice how the image fits: "
                "leave one of them out"
            )
        if self.clahe and self.normalisation == "local":
            raise ValueError('has `clahe` twice, as normalisation = "local" is CLAHE too: leave one out')
        return self
