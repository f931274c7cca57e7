"""Two ways of changing an image that leave it the same film: a little, and as far as it can go."""

from hilum.preparation import Augmentation

# At least this far for the strong view; where the plan goes further, the plan counts.
_STRONG = {
    "rotation_degrees": 15.0,
    "scale": 0.4,
    "stretch": 0.2,
    "shift": 0.12,
    "shear_degrees": 8.0,
    "gamma": 0.5,
    "contrast": 0.5,
    "brightness": 0.2,
    "blur_pixels": 1.0,
    "noise": 0.05,
    "erase_probability": 0.3,
}
# At most this far for the weak view.
_WEAK = {"rotation_degrees": 3.0, "scale": 0.05, "shift": 0.03}


def strong_view(options: Augmentation) -> Augmentation:
    """Changes from which a film is just still recognised; never a left-right flip.

    Comparing views teaches nothing where the views hardly differ (Chen 2020, section 3), so that this goes
    further than an ordinary training, and does so also where the plan leaves training images alone.

    Args:
        options: the plan's own changes.

    Returns:
        Each change at least as far as the plan has it.

    Example:
        >>> strong_view(Augmentation(rotation_degrees=90)).rotation_degrees
        90.0
        >>> strong_view(Augmentation.none()).scale
        0.4
    """
    own = options.model_dump()
    return Augmentation.model_validate(
        {**own, **{name: max(own[name], far) for name, far in _STRONG.items()}}
    )


def weak_view(options: Augmentation) -> Augmentation:
    """Hardly any change: a little turned, scaled and moved, and never more than the plan allows.

    Example:
        >>> weak_view(Augmentation()).rotation_degrees, weak_view(Augmentation()).noise
        (3.0, 0.0)
    """
    own = options.model_dump()
    little = {name: min(own[name], most) for name, most in _WEAK.items()}
    return Augmentation.model_validate({**Augmentation.none().model_dump(), **little})
