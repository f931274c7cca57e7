"""All methods of explanation, in the order in which they are offered."""

from hilum.errors import ModelError
from hilum.explanation.activation_map import CAM
from hilum.explanation.attention_rollout import ATTENTION_ROLLOUT
from hilum.explanation.grad_cam import GRAD_CAM
from hilum.explanation.grad_cam_plus_plus import GRAD_CAM_PLUS_PLUS
from hilum.explanation.integrated_gradients import INTEGRATED_GRADIENTS
from hilum.explanation.method import Method
from hilum.explanation.occlusion import OCCLUSION
from hilum.explanation.score_cam import SCORE_CAM
from hilum.study.words import hint

METHODS: tuple[Method, ...] = (
    CAM,
    GRAD_CAM,
    GRAD_CAM_PLUS_PLUS,
    SCORE_CAM,
    INTEGRATED_GRADIENTS,
    OCCLUSION,
    ATTENTION_ROLLOUT,
)


def method_named(name: str) -> Method:
    """A method by its name.

    Raises:
        ModelError: there is none; the nearest is named.

    Example:
        >>> method_named("gradcam").title
        'Grad-CAM'
        >>> method_named("grad-camm")
        Traceback (most recent call last):
        hilum.errors.ModelError: the method `grad-camm` is unknown: did you mean `gradcam`?
    """
    for method in METHODS:
        if method.name == name:
            return method
    raise ModelError(f"the method `{name}` is unknown: {hint(name, [m.name for m in METHODS], 'methods')}")
