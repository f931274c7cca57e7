"""Invented people: names in three scripts, identifiers, birthdays. None belongs to anybody."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

_SURNAMES = (
    ("Kim", "金", "김"),
    ("Lee", "李", "이"),
    ("Park", "朴", "박"),
    ("Choi", "崔", "최"),
    ("Jung", "鄭", "정"),
    ("Kang", "姜", "강"),
    ("Cho", "趙", "조"),
    ("Yoon", "尹", "윤"),
    ("Jang", "張", "장"),
    ("Lim", "林", "임"),
)
_GIVEN = {
    "M": (
        ("Minsu", "民秀", "민수"),
        ("Youngho", "永浩", "영호"),
        ("Sungjin", "成鎭", "성진"),
        ("Jaehyun", "在賢", "재현"),
        ("Dongwook", "東旭", "동욱"),
        ("Kyungsoo", "慶洙", "경수"),
        ("Hyunwoo", "賢宇", "현우"),
        ("Sangchul", "相哲", "상철"),
    ),
    "F": (
        ("Youngja", "英子", "영자"),
        ("Soonhee", "順姬", "순희"),
        ("Mikyung", "美京", "미경"),
        ("Jiyoung", "智英", "지영"),
        ("Eunju", "恩珠", "은주"),
        ("Hyejin", "惠珍", "혜진"),
        ("Kyungsook", "京淑", "경숙"),
        ("Sunmi", "善美", "선미"),
    ),
}
_STREAM = 401
_LETTERS = {"checkup": "HC", "district": "DH", "university": "UN", "province": "PV"}


@dataclass(frozen=True)
class Identity:
    """Who one invented patient is, and when the film was made.

    Attributes:
        patient_id: as the hospital writes it, leading zeros included.
        accession: of the one examination.
        latin: name in Latin letters, family first, parts joined by ^.
        hanja: the same in Chinese characters.
        hangul: the same in the Korean script.
        doctor: the referring doctor, Latin letters.
        born: day of birth.
        taken: when the film was made.

    Example:
        >>> invent_identity(seed=7, site="home", index=3, sex="F", age=70).patient_id
        '00027884'
    """

    patient_id: str
    accession: str
    latin: str
    hanja: str
    hangul: str
    doctor: str
    born: dt.date
    taken: dt.datetime


def _numbers(site: str, index: int, taken: dt.datetime) -> tuple[str, str]:
    """Patient ID and accession number in the hospital's own form; unique in the phantom world."""
    if site == "home":
        return f"{4127 + 7919 * index:08d}", f"{taken:%Y%m%d}{index:04d}"
    if site == "A":
        return f"A{200_003 + 37 * index:06d}", f"CR{taken:%y}-{index:06d}"
    if site == "B":
        return f"{9_000_011 + 613 * index}", f"B{index:05d}.{taken:%m%d}"
    letters = _LETTERS[site]
    return f"{letters}{1_000_003 + 53 * index:07d}", f"{letters}{taken:%y%m%d}{index:05d}"


def invent_identity(seed: int, site: str, index: int, sex: str, age: float) -> Identity:
    """Invent name, numbers and days of one patient.

    Args:
        seed: of the phantom world.
        site: a hospital of `machines`.
        index: of the patient within the hospital.
        sex: "M" or "F".
        age: completed years when the film was made.

    Returns:
        The identity; the same for the same arguments.

    Example:
        >>> one = invent_identity(seed=7, site="A", index=0, sex="M", age=50)
        >>> one.patient_id, 50 <= (one.taken.date() - one.born).days / 365.2 < 51.1
        ('A200003', True)
    """
    rng = np.random.default_rng([seed, _STREAM, ord(site[0]), index])
    family = _SURNAMES[int(rng.integers(len(_SURNAMES)))]
    given = _GIVEN[sex][int(rng.integers(len(_GIVEN[sex])))]
    taken = dt.datetime(2022, 1, 3) + dt.timedelta(seconds=int(rng.integers(0, 700 * 86_400)))  # noqa: DTZ001
    day = taken.date()
    birthday = day.replace(year=day.year - int(age), day=min(day.day, 28))
    born = birthday - dt.timedelta(days=int(rng.integers(0, 360)))
    doctor = _SURNAMES[int(rng.integers(len(_SURNAMES)))][0]
    patient_id, accession = _numbers(site, index, taken)
    latin, hanja, hangul = (f"{a}^{b}" for a, b in zip(family, given, strict=True))
    return Identity(patient_id, accession, latin, hanja, hangul, f"{doctor}^Jihoon", born, taken)
