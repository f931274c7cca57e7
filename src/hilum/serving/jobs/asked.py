"""What is asked of each kind of job; kept in a file that only the owner of the workspace can read."""

from pydantic import BaseModel, ConfigDict, Field

_PATH = Field(min_length=1, max_length=4096)


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestAsked(_Asked):
    """Images to bring in.

    Attributes:
        sources: files, folders and zip files of the server.
        upload: the upload that they came by, which is deleted once all of it is accounted for.
    """

    sources: list[str] = Field(min_length=1, max_length=1000)
    upload: str = ""


class StudyAsked(_Asked):
    """A study file to check or run."""

    file: str = _PATH


class RunAsked(_Asked):
    """A run to make something of."""

    run: str = _PATH


class VerifyAsked(_Asked):
    """Whether pictures are decoded and compared as well."""

    pixels: bool = False


class CriteriaAsked(_Asked):
    """Criteria to ask of the archive.

    Attributes:
        name: a data set, `all`, or one criterion.
        classes: a table of classes; empty for none.
    """

    name: str = Field("all", pattern="^[a-z0-9-]{1,64}$")
    classes: str = ""


class NothingAsked(_Asked):
    """Nothing has to be said."""


class PullAsked(_Asked):
    """A list to fetch by.

    Attributes:
        table: the list.
        peer: a name of peers.toml.
        modality: only these.
        days: before and after a row's date.
        pause: seconds to rest after each study.
        unchecked: why two people did not check it.
    """

    table: str = _PATH
    peer: str = Field(min_length=1, max_length=64)
    modality: str = Field("", max_length=64)
    days: int = Field(0, ge=0, le=36500)
    pause: float = Field(0.0, ge=0, le=3600)
    unchecked: str = Field("", max_length=500)


class PredictAsked(_Asked):
    """New images for a trained model to read.

    Attributes:
        model: the folder of the model.
        place: the reading's folder, for what comes of it.
        images: paths below the workspace, with numbers for names.
        table: what the model reads beside them; empty for none.
        maps: whether maps of where the model looked are made as well.
    """

    model: str = _PATH
    place: str = _PATH
    images: list[str] = Field(min_length=1, max_length=10_000)
    table: str = ""
    maps: bool = False


class ExportAsked(_Asked):
    """A copy of the archive.

    Attributes:
        out: the folder to make.
        layout: `plain` or `guideline`.
        classes: for the guideline's layout, a table of classes.
        description: for the guideline's layout, the project's name.
        contributor: for the guideline's layout, who took part.
        data_version: for the guideline's layout, the data set's version.
    """

    out: str = _PATH
    layout: str = Field("plain", pattern="^(plain|guideline)$")
    classes: str = ""
    description: str = Field("lung cancer images", max_length=50)
    contributor: str = Field("not said", max_length=130)
    data_version: str = Field("1.0", max_length=5)


class ReleaseAsked(_Asked):
    """A data set for a recipient, on terms.

    Attributes:
        out: the folder to make.
        recipient: who gets it.
        approval: the number of the approval.
        committee: who approved it.
        expires: the approval's last day, as 2030-12-31.
        purpose: what it may be used for.
        images: a table of the images that leave; everything without any.
        facts: a table of pathology and follow-up.
        accept_violations: why it leaves although proofs are lacking.
    """

    out: str = _PATH
    recipient: str = Field(min_length=1, max_length=300)
    approval: str = Field(min_length=1, max_length=300)
    committee: str = Field(min_length=1, max_length=300)
    expires: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    purpose: str = Field(min_length=1, max_length=300)
    images: str = ""
    facts: str = ""
    accept_violations: str = Field("", max_length=300)


class PhantomAsked(_Asked):
    """A simulated hospital to make.

    Attributes:
        world: a world of `hilum phantom`.
        folder: where it goes.
        patients: how many.
    """

    world: str = Field(pattern="^[a-z][a-z0-9-]{0,39}$")
    folder: str = _PATH
    patients: int = Field(300, ge=3, le=20_000)
