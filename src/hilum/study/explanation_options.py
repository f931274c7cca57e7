"""What is shown of how a model came to its answer: the table `[explanation]` of a study file."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from hilum.study.tasks import Options

Method = Literal[
    "cam",
    "gradcam",
    "gradcam++",
    "scorecam",
    "integrated-gradients",
    "occlusion",
    "attention-rollout",
]


class Explanation(Options):
    """The table `[explanation]`; everything has a sensible value already.

    Args:
        methods: How the maps beside the examples are made; the first is checked and stands first. A method
            that a network does not fit is left out and said.
        lesions: A CSV or Excel file that says where lesions are, as `hilum evaluate` reads it: maps are then
            asked whether they point there.
        inside: Whether the report looks inside the network while it reads one of the examples.
        atlas: Whether the maps of all cases are averaged and tested pixel by pixel.

    Example:
        >>> Explanation(methods=["cam", "occlusion"]).methods, Explanation().atlas
        (('cam', 'occlusion'), False)
    """

    methods: Annotated[tuple[Method, ...], Field(strict=False, min_length=1, max_length=7)] = ("cam",)
    lesions: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    inside: bool = True
    atlas: bool = False

    @field_validator("methods")
    @classmethod
    def _names_each_once(cls, methods: tuple[Method, ...]) -> tuple[Method, ...]:
        """A method named twice would be shown twice."""
        twice = next((name for name in methods if methods.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"has the method `{twice}` twice: name each once")
        return methods
