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
    """Images for a trained model to read."""

    model: str = _PATH
    images: list[str] = Field(min_length=1, max_length=10_000)
    table: str = ""


class ExportAsked(_Asked):
    """A copy of the archive.

    Attributes:
        out: the folder to make.
        layout: `plain` or `guideline`.
        classes: for the guideline's layout, a table of classes.
    """

    out: str = _PATH
    layout: str = Field("plain", pattern="^(plain|guideline)$")
    classes: str = ""


class ReleaseAsked(_Asked):
    """A data set for a recipient, on terms."""

    out: str = _PATH
    recipient: str = Field(min_length=1, max_length=300)
    approval: str = Field(min_length=1, max_length=300)
    committee: str = Field(min_length=1, max_length=300)
    expires: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    purpose: str = Field(min_length=1, max_length=300)
    patients: str = ""


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
