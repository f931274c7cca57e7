"""From files to arrays: fingerprint, plan, prepared images."""

from hilum.preparation.asked import Asked
from hilum.preparation.decide import make_plan
from hilum.preparation.effort import effort_of, images_in
from hilum.preparation.fingerprint import Fingerprint, available_cores, fingerprint
from hilum.preparation.geometry import fit_square, inner_size
from hilum.preparation.intensity import standardise
from hilum.preparation.picture import prepare_array, prepare_picture, prepare_placed
from hilum.preparation.placement import Moved, Placement
from hilum.preparation.plan import Augmentation, Learning, Picture, Plan, SelfSupervision
from hilum.preparation.prepare import prepare
from hilum.preparation.prepared import Prepared, Problem, open_prepared
from hilum.preparation.steps import Steps
from hilum.preparation.weights import find_weights

__all__ = [
    "Asked",
    "Augmentation",
    "Fingerprint",
    "Learning",
    "Moved",
    "Picture",
    "Placement",
    "Plan",
    "Prepared",
    "Problem",
    "SelfSupervision",
    "Steps",
    "available_cores",
    "effort_of",
    "find_weights",
    "fingerprint",
    "fit_square",
    "images_in",
    "inner_size",
    "make_plan",
    "open_prepared",
    "prepare",
    "prepare_array",
    "prepare_picture",
    "prepare_placed",
    "standardise",
]
