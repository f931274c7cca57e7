"""The search for a plan in a given time: what is tried, how it is judged, what becomes of the best."""

from hilum.training.search.blending import train_blend
from hilum.training.search.candidates import Space
from hilum.training.search.choosing import blend_plan
from hilum.training.search.halving import Baseline, Trial, Tried, try_plans

__all__ = ["Baseline", "Space", "Trial", "Tried", "blend_plan", "train_blend", "try_plans"]
