"""How the X-ray machines of the hospitals write their films."""

from dataclasses import dataclass, replace

from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)


@dataclass(frozen=True)
class Machine:
    """One hospital's machine and the habits of its PACS.

    Attributes:
        site: the hospital.
        modality: "DX" or "CR".
        sop_class: UID of the kind of object.
        manufacturer: invented.
        model: invented.
        institution: as written into the files.
        charset: values of Specific Character Set.
        name_forms: scripts of the patient's name: "latin", "hanja", "hangul" in the order of PS3.5 6.2;
        "" = left out.
        syntaxes: transfer syntaxes and their shares.
        inverted: share of MONOCHROME1 films.
        ap: share of AP films.
        view_missing: share of films that do not say their view.
        burned_in: share of films with name, number and day in the pixels.
        shape: rows and columns against the longest side.
        stored: lowest and highest value the picture is spread over (12 bits: 0 to 4095).

    Example:
        >>> MACHINES["A"].modality
        'CR'
    """

    site: str
    modality: str
    sop_class: str
    manufacturer: str
    model: str
    institution: str
    charset: tuple[str, ...]
    name_forms: tuple[str, ...]
    syntaxes: tuple[tuple[str, float], ...]
    inverted: float
    ap: float
    view_missing: float
    burned_in: float
    shape: tuple[float, float]
    stored: tuple[int, int]


_HOME = Machine(
    site="home",
    modality="DX",
    sop_class=str(DigitalXRayImageStorageForPresentation),
    manufacturer="Hanbit Imaging",
    model="HX-900",
    institution="한빛대학교병원",
    charset=("", "ISO 2022 IR 149"),
    name_forms=("latin", "hanja", "hangul"),
    syntaxes=((str(JPEGLosslessSV1), 0.85), (str(ExplicitVRLittleEndian), 0.15)),
    inverted=0.0,
    ap=0.06,
    view_missing=0.0,
    burned_in=0.0,
    shape=(1.0, 0.84),
    stored=(0, 4095),
)
_COHORT_A = Machine(
    site="A",
    modality="CR",
    sop_class=str(ComputedRadiographyImageStorage),
    manufacturer="Nordlicht Medical",
    model="Plate Reader 5",
    institution="Saebyeok General Hospital",
    charset=("ISO_IR 100",),
    name_forms=("latin",),
    syntaxes=((str(RLELossless), 0.5), (str(ImplicitVRLittleEndian), 0.5)),
    inverted=0.8,
    ap=0.07,
    view_missing=0.02,
    burned_in=0.05,
    shape=(0.96, 0.80),
    stored=(120, 3900),
)
_COHORT_B = Machine(
    site="B",
    modality="DX",
    sop_class=str(DigitalXRayImageStorageForPresentation),
    manufacturer="Meridian X-Ray",
    model="Flat 43",
    institution="푸른바다병원",
    charset=("ISO_IR 192",),
    name_forms=("latin", "", "hangul"),
    syntaxes=((str(JPEGLSLossless), 0.55), (str(JPEG2000Lossless), 0.25), (str(ExplicitVRLittleEndian), 0.2)),
    inverted=0.15,
    ap=0.05,
    view_missing=0.01,
    burned_in=0.0,
    shape=(0.94, 0.90),
    stored=(0, 3600),
)
# Health check-ups and outpatients stand: their films are PA.
_CHECKUP = replace(
    _HOME,
    site="checkup",
    manufacturer="Hanbit Imaging",
    model="HX-700",
    institution="한빛건강검진센터",
    ap=0.0,
)
_DISTRICT = replace(
    _COHORT_A, site="district", institution="Saebyeok District Health Centre", ap=0.0, burned_in=0.0
)
_UNIVERSITY = replace(_HOME, site="university", institution="은하대학교병원", ap=0.0)
_PROVINCE = replace(_COHORT_B, site="province", institution="들녘도립병원", ap=0.0)
MACHINES = {
    machine.site: machine
    for machine in (_HOME, _COHORT_A, _COHORT_B, _CHECKUP, _DISTRICT, _UNIVERSITY, _PROVINCE)
}
