"""What a column's heading says that it holds, in English and Korean."""

import re

from hilum.study.names import plain_name

# Roles in the order in which they are asked; words without blanks, underscores and case.
ROLES: dict[str, tuple[str, ...]] = {
    "national number": (
        "주민등록번호",
        "주민번호",
        "외국인등록번호",
        "ssn",
        "rrn",
        "nationalid",
        "socialsecuritynumber",
    ),
    "phone": (
        "전화번호",
        "전화",
        "휴대폰",
        "휴대전화",
        "핸드폰",
        "연락처",
        "보호자연락처",
        "phone",
        "phonenumber",
        "telephone",
        "mobile",
        "tel",
    ),
    "address": (
        "주소",
        "거주지",
        "자택주소",
        "우편번호",
        "address",
        "homeaddress",
        "zipcode",
        "postcode",
        "email",
        "이메일",
        "메일",
    ),
    "person": (
        *(
            "성명",
            "이름",
            "환자명",
            "환자성명",
            "환자이름",
            "수진자명",
            "대상자명",
            "name",
            "patientname",
            "fullname",
        ),
        *(
            "lastname",
            "firstname",
            "surname",
            "familyname",
            "givenname",
            "ptname",
            "주치의",
            "담당의",
            "physician",
        ),
    ),
    "birth": (
        "생년월일",
        "생일",
        "출생일",
        "dob",
        "birthdate",
        "dateofbirth",
        "birthday",
        "patientbirthdate",
    ),
    "accession": (
        *(
            "accession",
            "accessionnumber",
            "accessionno",
            "accno",
            "검사번호",
            "접수번호",
            "영상번호",
            "촬영번호",
        ),
        *("오더번호", "처방번호", "examid", "examno", "studyid"),
    ),
    "image": (
        *(
            "image",
            "file",
            "filename",
            "path",
            "imagepath",
            "filepath",
            "imagefile",
            "imageindex",
            "dicom",
            "png",
        ),
        *("파일명", "파일", "파일이름", "파일경로", "이미지", "이미지명", "이미지파일", "영상파일", "사진"),
    ),
    "patient": (
        *(
            "patient",
            "patientid",
            "patientno",
            "patientnumber",
            "ptid",
            "pid",
            "mrn",
            "hospitalnumber",
            "chartno",
        ),
        *(
            "chartnumber",
            "subject",
            "subjectid",
            "subjectno",
            "medicalrecordnumber",
            "hospitalid",
            "participantid",
        ),
        *(
            "환자번호",
            "환자id",
            "환자등록번호",
            "등록번호",
            "병록번호",
            "차트번호",
            "챠트번호",
            "병원번호",
            "대상자번호",
        ),
        *("수진자번호", "연구번호", "피험자번호", "환자고유번호", "고유번호", "id", "번호"),
    ),
    "part": ("part", "split", "set", "subset", "partition", "분할", "데이터구분", "세트"),
    "site": (
        "site",
        "hospital",
        "center",
        "centre",
        "institution",
        "기관",
        "병원",
        "기관명",
        "병원명",
        "센터",
        "코호트",
        "cohort",
    ),
    "sex": ("sex", "gender", "patientsex", "성별", "성"),
    "age": (
        "age",
        "ageyears",
        "patientage",
        "ptage",
        "나이",
        "연령",
        "만나이",
        "진단시나이",
        "촬영시나이",
        "ageatadmission",
        "ageatdiagnosis",
    ),
    "death date": (
        *("사망일", "사망일자", "사망날짜", "deathdate", "dateofdeath", "dod", "dateofdeathd"),
        *("재발일", "재발일자", "recurrencedate", "eventdate", "사건발생일", "발생일", "골절일"),
    ),
    "last date": (
        *(
            "최종추적일",
            "최종추적일자",
            "마지막추적일",
            "추적종료일",
            "최종내원일",
            "마지막내원일",
            "최종확인일",
            "최종관찰일",
        ),
        *(
            "lastfollowup",
            "lastfollowupdate",
            "lastvisit",
            "lastvisitdate",
            "dateoflastfollowup",
            "lastfu",
            "lastfudate",
            "fuenddate",
        ),
    ),
    "start date": (
        *(
            "입원일",
            "입원일자",
            "내원일",
            "내원일자",
            "촬영일",
            "촬영일자",
            "검사일",
            "검사일자",
            "진단일",
            "진단일자",
            "수술일",
            "수술일자",
        ),
        *("admission", "admissiondate", "dateofadmission", "studydate", "examdate", "scandate", "imagedate"),
        *(
            "visitdate",
            "baselinedate",
            "indexdate",
            "diagnosisdate",
            "dateofdiagnosis",
            "surgerydate",
            "enrollmentdate",
        ),
    ),
    "view": ("view", "viewposition", "projection", "촬영방향", "자세"),
    "scanner": ("scanner", "manufacturer", "maker", "vendor", "장비", "제조사"),
}
_TIME = re.compile(
    r"(follow_?up|^fu_|_fu$|^fu$|surv(ival)?|time|days?$|^days?|duration|tte|os_|^os$|pfs|dfs|rfs|^months?$|^years?$)"
    r"|추적|생존|관찰기간|경과|기간$|일수|무병|무진행"
)
_EVENT = re.compile(
    r"(^|_)(event|death|dead|died|die|mortality|deceased|status|censor(ed)?|cens|fstat|recur(rence|red)?|relapse"
    r"|progress(ion|ed)?|readmission|fracture|outcome|vital)(_|$|\d)|사망|재발|진행여부|생존여부|생사|전이여부|사건|이벤트|골절여부|expire"
)
_LABEL = re.compile(
    r"(^|_)(label|class|diagnosis|dx|diag|group|category|target|truth|ground_truth|finding|pathology|malignan\w*"
    r"|cancer|abnormal\w*|normal|disease|positive|result|type|grade|stage)(_|$)"
    r"|진단|악성|판정|분류|병리|결과|정상여부|이상여부|질환|병기|유무|여부$|소견$|라벨|그룹"
)
_VALUE = re.compile(
    r"bone_?age|volume|_ml$|_cc$|fev1|fvc|dlco|ejection|lvef|(^|_)ef$|bmd|t_?score|agatston|calcium_?score|cac"
    r"|severity|score$|ratio$|_hu$|density|thickness|diameter|골연령|용적|부피|골밀도|점수$|크기|두께|밀도|박출률|폐활량"
)
FINDINGS = frozenset(
    (
        *("atelectasis", "cardiomegaly", "consolidation", "edema", "oedema", "effusion", "pleuraleffusion"),
        *(
            "emphysema",
            "fibrosis",
            "hernia",
            "infiltration",
            "infiltrate",
            "mass",
            "nodule",
            "pleuralthickening",
        ),
        *("pneumonia", "pneumothorax", "fracture", "lungopacity", "opacity", "lunglesion", "supportdevices"),
        *(
            "enlargedcardiomediastinum",
            "pleuralother",
            "nofinding",
            "tuberculosis",
            "calcification",
            "ggo",
            "copd",
        ),
        *(
            "bronchiectasis",
            "cavity",
            "lymphadenopathy",
            "granuloma",
            "scoliosis",
            "reticulation",
            "honeycombing",
        ),
        *(
            "무기폐",
            "심비대",
            "심장비대",
            "경화",
            "폐경화",
            "폐부종",
            "부종",
            "흉수",
            "흉막삼출",
            "폐기종",
            "기종",
            "섬유화",
            "폐섬유화",
        ),
        *(
            "탈장",
            "침윤",
            "폐침윤",
            "종괴",
            "폐종괴",
            "결절",
            "폐결절",
            "흉막비후",
            "폐렴",
            "기흉",
            "골절",
            "결핵",
            "폐결핵",
        ),
        *("석회화", "기관지확장증", "공동", "림프절종대", "간유리음영", "척추측만"),
    )
)


def bare(heading: str) -> str:
    """A heading in lower case without blanks, signs and what stands in brackets.

    Example:
        >>> bare("Follow-up (days)"), bare("악성 여부")
        ('followup', '악성여부')
    """
    without = re.sub(r"[(\[{\uff08].*?[)\]}\uff09]", " ", heading)
    return plain_name(without or heading).replace("_", "")


def role_of(heading: str) -> str:
    """The role that a heading names outright, or the empty string.

    Args:
        heading: The column's heading as the table has it.

    Example:
        >>> role_of("환자번호"), role_of("Date of birth"), role_of("albumin")
        ('patient', 'birth', '')
    """
    word = bare(heading)
    for role, words in ROLES.items():
        if word in words:
            return role
    return (
        "patient" if re.search(r"환자.*번호|^patient_?(id|no)|등록번호|병록번호", plain_name(heading)) else ""
    )


def sounds_like_time(heading: str) -> bool:
    """Whether a heading speaks of time that passes, such as follow-up.

    Example:
        >>> sounds_like_time("추적기간(개월)"), sounds_like_time("OS_days"), sounds_like_time("weight")
        (True, True, False)
    """
    return _TIME.search(plain_name(heading)) is not None


def sounds_like_event(heading: str) -> bool:
    """Whether a heading speaks of something that happens to a patient, such as death.

    Example:
        >>> sounds_like_event("사망 여부"), sounds_like_event("os_event"), sounds_like_event("view")
        (True, True, False)
    """
    return _EVENT.search(plain_name(heading)) is not None


def sounds_like_label(heading: str) -> bool:
    """Whether a heading speaks of a class, such as a diagnosis.

    Example:
        >>> sounds_like_label("악성 여부"), sounds_like_label("Diagnosis"), sounds_like_label("heart_rate")
        (True, True, False)
    """
    return _LABEL.search(plain_name(heading)) is not None


def sounds_like_value(heading: str) -> bool:
    """Whether a heading speaks of a number that an image may stand for.

    Example:
        >>> sounds_like_value("bone_age_months"), sounds_like_value("site")
        (True, False)
    """
    return _VALUE.search(plain_name(heading)) is not None


def is_finding(heading: str) -> bool:
    """Whether a heading names a finding of the chest.

    Example:
        >>> is_finding("Pleural Effusion"), is_finding("흉수 유무"), is_finding("age")
        (True, True, False)
    """
    word = bare(heading)
    return word in FINDINGS or re.sub(r"(유무|여부|소견|yn|presence|present)$", "", word) in FINDINGS


def about(heading: str) -> str:
    """What an outcome is about, in one English word that pages put into their own language.

    Example:
        >>> about("사망여부"), about("relapse"), about("fstat")
        ('death', 'recurrence', 'event')
    """
    for word, pattern in _ABOUT.items():
        if re.search(pattern, plain_name(heading)):
            return word
    return "event"


_ABOUT = {
    "death": r"death|dead|died|die(_|$)|mortal|deceased|vital|expire|사망|생사|생존여부|(^|_)os(_|$)",
    "recurrence": r"recur|relaps|재발|rfs|dfs|무병",
    "progression": r"progress|pfs|진행",
    "fracture": r"fractur|골절",
    "readmission": r"readmi|재입원",
    "cancer": r"cancer|암발생|malignan",
}
