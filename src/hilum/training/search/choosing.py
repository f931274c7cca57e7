"""From the plans that were tried to the plan of a blend."""

from collections.abc import Mapping, Sequence

from hilum.models import blend_name
from hilum.preparation import Plan
from hilum.training.search.halving import Trial, Tried
from hilum.training.small_head import has_small_head

_MOST_MEMBERS = 4
_FEWEST_EPOCHS, _ENOUGH_EPOCHS, _MOST_EPOCHS = 3, 15, 60
# A plan whose loss is larger than the best one's by more than this share is no member.
_MUCH_WORSE = 0.25


def blend_plan(tried: Tried, images: int, seconds: float) -> Plan:
    """The best plans, each to be trained in full, as members of one plan.

    There are as many members as there is time for 15 passes of each, four at most; where fewer plans than
    that are good, they come again with other starting weights. All members read pictures of one form, the
    best plan's.

    Args:
        tried: what the search found.
        images: training images.
        seconds: the time for all members.

    Returns:
        The plan, with a sentence for each thing that was decided.
    """
    trials = {trial.number: trial for trial in tried.trials}
    good = _good_ones(tried, trials)
    networks = [number for number in good if not has_small_head(tried.plans[number])]
    rate = max(trials[networks[0]].images_a_second, 1e-6) if networks else float("inf")
    count = int(min(max(seconds * rate / (images * _ENOUGH_EPOCHS), 1), _MOST_MEMBERS))
    members = []
    for place in range(count):
        number = good[place % len(good)]
        plan, own = tried.plans[number], max(trials[number].images_a_second, 1e-6)
        passes = int(min(max(seconds / count * own / images, _FEWEST_EPOCHS), _MOST_EPOCHS))
        passes = 1 if has_small_head(plan) else passes
        members.append(
            plan.model_copy(update={"learning": plan.learning.model_copy(update={"epochs": passes})})
        )
    best = members[0]
    return best.model_copy(
        update={
            "model": blend_name([member.model for member in members]),
            "pretrained": False,
            "members": tuple(member.model_copy(update={"notes": ()}) for member in members),
            "notes": (*best.notes[-1:], *_sentences(tried.trials, good, members)),
        }
    )


def _good_ones(tried: Tried, trials: Mapping[int, Trial]) -> list[int]:
    """Numbers of the plans worth training in full, best first."""
    numbers = list(tried.plans)
    best, limit = tried.plans[numbers[0]], (trials[numbers[0]].loss or 0.0) * (1 + _MUCH_WORSE)
    return [
        number
        for number in numbers
        if tried.plans[number].picture == best.picture and (trials[number].loss or 0.0) <= limit
    ][:_MOST_MEMBERS]


def _sentences(trials: Sequence[Trial], good: Sequence[int], members: Sequence[Plan]) -> list[str]:
    """What was tried, and what was chosen from it."""
    ended = {trial.base: trial for trial in sorted(trials, key=_loss, reverse=True) if not trial.stopped}
    best = {name: f"{name} {_loss(trial):.3f}" for name, trial in ended.items() if trial.loss is not None}
    given_up = sum(trial.stopped for trial in trials)
    minutes = sum(trial.seconds for trial in trials) / 60
    return [
        f"{len(trials)} plans were tried in {minutes:.2g} minutes, {given_up} of them given up early; the "
        "smallest loss of each network on validation images and their changed copies: "
        + ", ".join(best.values()),
        f"chosen were the plans of trial {', '.join(str(number) for number in good)}: "
        + "; ".join(
            f"{member.model} for {member.learning.epochs} passes at learning rate "
            f"{member.learning.learning_rate:.2g}"
            for member in members
        ),
    ]


def _loss(trial: Trial) -> float:
    return float("inf") if trial.loss is None else trial.loss
