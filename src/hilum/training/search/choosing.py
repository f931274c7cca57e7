"""From the plans that were tried to the plan of a blend."""

from collections.abc import Sequence
from dataclasses import dataclass

from hilum.models import blend_name
from hilum.preparation import Plan
from hilum.training.search.halving import Trial, Tried
from hilum.training.small_head import has_small_head

_MOST_MEMBERS = 5
# Passes that a member has at least, that are enough, and that are more than enough.
_FEWEST_PASSES, _ENOUGH_PASSES, _MOST_PASSES = 5, 20, 40
# A network takes part anyway where its training takes no more than this share of the time.
_CHEAP = 0.15
# A network whose loss is so many times the best one's is no member.
_MUCH_WORSE = 2.0


@dataclass(frozen=True)
class _Candidate:
    """The best plan of one network: after a short training its loss alone says little about a long one."""

    number: int
    plan: Plan
    loss: float
    rate: float

    def seconds(self, passes: int, images: int) -> float:
        return passes * images / self.rate


def blend_plan(tried: Tried, images: int, seconds: float) -> Plan:
    """The best plan of each network that is worth it, each to be trained in full, as members of one plan.

    Trials are short, and a small network gets further in them than a large one. So the best plan of every
    network takes part, cheap ones anyway, costly ones in the order of their loss while there is time, and the
    fully trained members are weighed later. Where time is left the best costly one comes again with other
    starting weights. All members read pictures of one form, the best plan's.

    Args:
        tried: what the search found.
        images: training images.
        seconds: the time for all members.

    Returns:
        The plan, with a sentence for each thing that was decided.
    """
    candidates = _candidates(tried)
    chosen = _with_passes(candidates, images, seconds)
    members = [
        each.plan.model_copy(
            update={"learning": each.plan.learning.model_copy(update={"epochs": passes}), "notes": ()}
        )
        for each, passes in chosen
    ]
    best = candidates[0].plan
    return best.model_copy(
        update={
            "model": blend_name([member.model for member in members]),
            "pretrained": False,
            "frozen": False,
            "members": tuple(members),
            "notes": (*best.notes[-1:], *_sentences(tried.trials, chosen)),
        }
    )


def _candidates(tried: Tried) -> list[_Candidate]:
    """The best plan of each network with the pictures of the best of all, best first."""
    trials = {trial.number: trial for trial in tried.trials}
    numbers = list(tried.plans)
    picture = tried.plans[numbers[0]].picture
    found: dict[str, _Candidate] = {}
    for number, plan in tried.plans.items():
        trial = trials[number]
        if plan.picture == picture and trial.base not in found:
            rate = max(trial.images_a_second, 1e-6)
            found[trial.base] = _Candidate(number, plan, _loss(trial), rate)
    ordered = sorted(found.values(), key=lambda each: each.loss)
    return [each for each in ordered if each.loss <= _MUCH_WORSE * ordered[0].loss]


def _with_passes(
    candidates: Sequence[_Candidate], images: int, seconds: float
) -> list[tuple[_Candidate, int]]:
    """Who takes part, and how many passes each has."""
    small = [each for each in candidates if has_small_head(each.plan)]
    networks = [each for each in candidates if each not in small]
    cheap = [each for each in networks if each.seconds(_ENOUGH_PASSES, images) <= _CHEAP * seconds]
    costly = [each for each in networks if each not in cheap]
    left = seconds - sum(each.seconds(_ENOUGH_PASSES, images) for each in cheap)
    taken: list[_Candidate] = []
    for each in costly:
        share = left / (len(taken) + 1)
        if not taken or share >= each.seconds(_ENOUGH_PASSES, images):
            taken.append(each)
    again = taken or cheap[:1]
    while again and len(small) + len(cheap) + len(taken) < _MOST_MEMBERS:
        share = left / (len(taken) + 1)
        if share < again[0].seconds(_ENOUGH_PASSES, images):
            break
        taken.append(again[0])
    chosen = [(each, 1) for each in small] + [(each, _ENOUGH_PASSES) for each in cheap]
    for each in taken:
        passes = int(left / len(taken) * each.rate / images)
        chosen.append((each, min(max(passes, _FEWEST_PASSES), _MOST_PASSES)))
    return chosen


def _sentences(trials: Sequence[Trial], chosen: Sequence[tuple[_Candidate, int]]) -> list[str]:
    """What was tried, and what was chosen from it."""
    ended = {trial.base: trial for trial in sorted(trials, key=_loss, reverse=True) if not trial.stopped}
    best = [f"{name} {_loss(trial):.3f}" for name, trial in ended.items() if trial.loss is not None]
    given_up = sum(trial.stopped for trial in trials)
    minutes = sum(trial.seconds for trial in trials) / 60
    members = [
        f"{each.plan.model} (trial {each.number})"
        if has_small_head(each.plan)
        else f"{each.plan.model} (trial {each.number}) for {passes} passes at learning rate "
        f"{each.plan.learning.learning_rate:.2g}"
        for each, passes in chosen
    ]
    return [
        f"{len(trials)} plans were tried in {minutes:.2g} minutes, {given_up} of them given up early; the "
        "smallest loss of each network on validation images and their changed copies: "
        + ", ".join(reversed(best)),
        "trained in full and weighed on the validation part: " + "; ".join(members),
    ]


def _loss(trial: Trial) -> float:
    return float("inf") if trial.loss is None else trial.loss
