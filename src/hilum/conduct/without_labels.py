"""The stages in which a reader learns from images without labels, before and beside those with labels."""

from dataclasses import dataclass

from hilum.cohorts import Cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.run_folder import RunFolder, digest
from hilum.conduct.unlabelled import ARCHIVE, Unlabelled, find_unlabelled
from hilum.errors import StudyFileError
from hilum.preparation import Fingerprint, Plan, Prepared
from hilum.preparation.effort import effort_of
from hilum.preparation.unlabelled import decide_self_supervision, pool_of, prepare_unlabelled
from hilum.preparation.weights import LEARNT, SELF
from hilum.progress import Progress
from hilum.study import CohortOptions, ReaderOptions, Study
from hilum.training import TrainOptions
from hilum.training.self_supervised import pretrain
from hilum.training.semi_supervised import COST
from hilum.training.start import started_from

# Of the time that the study file gives, what goes to learning from images alone.
_SHARE = 0.4


@dataclass(frozen=True)
class WithoutLabels:
    """What a run's readers learn from images alone.

    Attributes:
        context: the study, its folder and its archive.
        cohort: its cohort.
        run: the run.
        cohort_key: the key of the cohort's stage.
        progress: told how far it is.
    """

    context: StudyContext
    cohort: Cohort
    run: RunFolder
    cohort_key: str
    progress: Progress

    def images(self, reader: ReaderOptions) -> Unlabelled | None:
        """The further images that a reader learns from; None where it names none.

        Raises:
            StudyFileError: the reader asks for what cannot be had.
        """
        refuse_what_cannot_be(self.context.study, reader)
        source = reader.unlabelled
        if source is None:
            return None
        path = self.run.path / "unlabelled" / f"{digest(source)[:12]}.json"

        def work() -> None:
            find_unlabelled(self.context, self.cohort, source, self.progress).save(path)

        output = path.relative_to(self.run.path).as_posix()
        inputs = {"cohort": self.cohort_key, "source": source}
        self.run.stage(f"find unlabelled {source}", inputs, [output], work)
        return Unlabelled.load(path)

    def planned(self, reader: ReaderOptions, plan: Plan, found: Fingerprint) -> Plan:
        """A reader's plan with the time that images without labels take, and with what was found of them.

        Args:
            reader: the study's reader.
            plan: decided from what has labels.
            found: the cohort's fingerprint.
        """
        further = self.images(reader)
        notes, learning = list(further.notes if further else ()), plan.learning
        epochs = float(learning.epochs)
        if learning.consistency:
            epochs /= COST
            notes.append("images without labels that are certain take part in the training (Sohn 2020)")
        if reader.pretrained == SELF:
            effort = effort_of(plan.model)
            minutes = reader.budget_minutes * _SHARE if reader.budget_minutes else effort.minutes
            epochs *= 1 - _SHARE
            count = found.images.get("train", 0) + (len(further.images) if further else 0)
            section = decide_self_supervision(found, plan, count, minutes)
            plan = plan.model_copy(update={"pretrained": SELF, "self_supervision": section})
            notes.append(
                f"learns from {count} images alone for {section.epochs} epochs; all repeats start from that"
            )
        if reader.budget_minutes and reader.epochs is None:
            plan = plan.model_copy(
                update={"learning": learning.model_copy(update={"epochs": max(1, round(epochs))})}
            )
        return plan.model_copy(update={"notes": (*plan.notes, *notes)})

    def prepared(self, reader: ReaderOptions, plan: Plan) -> Prepared | None:
        """The further images in the form of a plan; None where the reader names none."""
        found = self.images(reader)
        if found is None:
            return None
        facts = {"picture": plan.picture.model_dump(mode="json"), "unlabelled": reader.unlabelled}
        folder = self.run.path / "prepared" / digest(facts)[:12]
        return prepare_unlabelled(found.root, found.images, plan, folder, self.progress)

    def started(self, reader: ReaderOptions, plan: Plan, labelled: Prepared) -> Plan:
        """A reader's plan with the weights that it learnt from images alone, where it asks for them.

        What other weights are learnt from lies in another folder, so that a training can tell them apart.

        Args:
            reader: the study's reader.
            plan: its plan; one that does not ask for such weights comes back as it is.
            labelled: the cohort's images in the form of the plan; those of the training part take part.
        """
        if plan.pretrained != SELF:
            return plan
        name, seed = reader.resolved_name, self.context.study.split.seed
        what = {"model", "picture", "augmentation", "self_supervision", "threads"}
        inputs = {
            "cohort": self.cohort_key,
            "unlabelled": reader.unlabelled,
            "plan": plan.model_dump(mode="json", include=what),
            "learning": [plan.learning.weight_decay, plan.learning.precision],
        }
        options = TrainOptions(self.run.path / "pretraining" / name / digest(inputs)[:12], name, seed=seed)
        file = options.model_folder / LEARNT

        def work() -> None:
            train = self.cohort.cases[self.cohort.cases["part"] == "train"]
            own = self.cohort.with_cases(train).images_of_cases
            parts = [(labelled, [image for of_case in own for image in of_case])]
            further = self.prepared(reader, plan)
            if further is not None:
                parts.append((further, list(further.images)))
            pretrain(pool_of(*parts), plan, options, self.progress)

        output = file.relative_to(self.run.path).as_posix()
        self.run.stage(f"learn from images alone {name}", inputs, [output], work)
        return started_from(plan, file)


def refuse_what_cannot_be(study: Study, reader: ReaderOptions) -> None:
    """See that what a reader asks of images without labels can be had.

    Raises:
        StudyFileError: nothing would learn from them, nothing names them, or whose they are cannot be told.
    """
    name, consistent = reader.resolved_name, float(reader.training.get("consistency", 0)) > 0
    kind = study.task.kind
    problem = ""
    if consistent and kind not in {"classification", "findings"}:
        problem = (
            f"has `consistency`, which has no meaning for {kind}, where no answer is certain by itself: "
            'leave it out; pretrained = "self" learns from images without labels too'
        )
    elif consistent and reader.unlabelled is None:
        problem = 'has `consistency` but no `unlabelled`: name "archive" or a folder of images without labels'
    elif consistent and (reader.columns or reader.frozen):
        other = "columns" if reader.columns else "frozen"
        problem = f"has `consistency` together with `{other}`, which cannot be: leave one of them out"
    elif consistent and study.cohort.together:
        problem = (
            'has `consistency`, but choose = "together" in [cohort] lets cases have several images, and '
            'images without labels stand alone: leave it out; pretrained = "self" learns from them too'
        )
    elif reader.model == "linear" and reader.pretrained == SELF:
        problem = (
            'has pretrained = "self", but the features of `linear` are fixed and learn nothing from images '
            "alone: leave it out, or name a network, such as small_cnn"
        )
    elif reader.unlabelled is not None and not consistent and reader.pretrained != "self":
        problem = (
            'has `unlabelled`, but nothing learns from these images: add pretrained = "self", or '
            "consistency = 1.0 in [readers.training]"
        )
    elif reader.unlabelled is not None and (reader.unlabelled == ARCHIVE) != (study.cohort.images == ARCHIVE):
        problem = (
            "takes its images without labels from elsewhere than the study its own, so that nobody can tell "
            "whether they are of test patients: take both from the archive, or both from folders"
        )
    elif reader.unlabelled is not None and _people_are_in_the_table_alone(study.cohort):
        problem = (
            "has `unlabelled`, but the patients of these images stand in no table: say with patient_pattern "
            "in [cohort] where the patient stands in the file name"
        )
    if problem:
        raise StudyFileError(f"the reader `{name}` {problem}")


def _people_are_in_the_table_alone(options: CohortOptions) -> bool:
    return options.image is not None and options.patient is not None and options.patient_pattern is None
