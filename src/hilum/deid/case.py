"""What the rules know about the file they are cleaning."""

from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from hilum.deid.attributes import plain
from hilum.deid.identifiers import Identifiers, identifiers_of
from hilum.deid.keys import ResearchKeys
from hilum.deid.options import RESEARCH, Options


@dataclass
class Case:
    """One file on its way: the keys, whose file it is, what identified the patient, what was noted.

    Attributes:
        keys: makes research identifiers.
        patient_id: the real PatientID; where it is empty, words made from the Study Instance UID, so that one
            examination without a PatientID is one unknown patient and no two of them are mixed up.
        accession: the real accession number, perhaps empty.
        study: the real Study Instance UID.
        identifiers: everything in the source that names the patient, an institution or a person.
        options: of the de-identification profiles.
        age: the patient's age at the examination as DICOM writes it, worked out from the birth date; perhaps
            empty.
        kind: of object (SOP Class UID).
        notes: what was emptied because it could not be understood, without any value.
        moved_dates: the dates that the date rule wrote; they may coincide with an old date of the same
            patient.
        local_codes: the code values that were made in place of codes that only a hospital or maker knows.

    Example:
        >>> source = Dataset()
        >>> source.PatientID = "00123"
        >>> Case.of(source, ResearchKeys(bytes(32))).pseudonym.startswith("P")
        True
    """

    keys: ResearchKeys
    patient_id: str
    accession: str
    study: str
    identifiers: Identifiers
    options: Options = RESEARCH
    age: str = ""
    kind: str = ""
    notes: list[str] = field(default_factory=list)
    moved_dates: set[str] = field(default_factory=set)
    local_codes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pseudonym = self.keys.patient(self.patient_id)
        self.research_accession = self.keys.accession(self.accession) if self.accession else ""
        modified = self.options.dates == "modified"
        self.days = self.keys.date_offset_days(self.patient_id) if modified else 0

    @classmethod
    def of(
        cls,
        source: Dataset,
        keys: ResearchKeys,
        options: Options = RESEARCH,
        *,
        identifiers: Identifiers | None = None,
    ) -> "Case":
        """Learn from the source, before anything is changed, whose it is and what identifies the patient.

        Args:
            source: as read.
            keys: the workspace's keys.
            options: of the de-identification profiles.
            identifiers: what identifies the patient, where that is known already.

        Example:
            >>> Case.of(Dataset(), ResearchKeys(bytes(32))).accession
            ''
        """
        from hilum.deid.age import age_at_examination

        if identifiers is None:
            identifiers = identifiers_of(source, options)
        study = plain(source, "StudyInstanceUID")
        return cls(
            keys,
            plain(source, "PatientID") or f"without PatientID, study {study}",
            plain(source, "AccessionNumber"),
            study,
            identifiers,
            options,
            age_at_examination(source),
            plain(source, "SOPClassUID"),
        )
