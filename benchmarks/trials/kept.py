"""The numbers of folds that are done, kept so that five long folds need not be run at once."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict

from hilum.files import write_atomically
from trials.scoring import Score

Scores = dict[str, tuple[Score, Score]]
_OPTIONS = ("model", "minutes", "plain_minutes", "epochs", "size", "most", "seed", "threads")


def kept_or_run(
    name: str, fold: int, options: argparse.Namespace, minutes: float | None, run: Callable[[], Scores]
) -> Scores:
    """A fold's scores: from the folder `options.keep` if it was done there, else run and written there.

    Args:
        name: of the set of images, as it is asked for.
        fold: its number.
        options: of the benchmark; without `keep` the fold is run and nothing is written.
        minutes: budget of hilum's arm, of which `options` may know nothing.
        run: runs both arms on the fold.

    Returns:
        Scores of hilum's arm and of the plain one for each kind of copy.

    Raises:
        SystemExit: the fold was done there with other options.
    """
    if options.keep is None:
        return run()
    asked = {each: getattr(options, each) for each in _OPTIONS} | {"minutes": minutes}
    file = options.keep / f"{name}-{fold}.json"
    if not file.is_file():
        scores = run()
        options.keep.mkdir(parents=True, exist_ok=True)
        rows = {shift: [asdict(arm) for arm in arms] for shift, arms in scores.items()}
        write_atomically(file, json.dumps({"asked": asked, "scores": rows}, indent=1))
        return scores
    done = json.loads(file.read_text(encoding="utf-8"))
    if done["asked"] != asked:
        raise SystemExit(f"{file} was made with other options; name another folder with --keep.")
    print(f"  fold {fold} is taken from {file}", flush=True)
    return {shift: (Score(**ours), Score(**plain)) for shift, (ours, plain) in done["scores"].items()}
