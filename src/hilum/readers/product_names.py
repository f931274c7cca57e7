"""Names under which products, hospitals and doctors write what is read here; plain names, best first."""

CASE_NAMES = (
    *("case", "case_id", "accession", "accession_number", "accession_no", "study_id"),
    *("검사번호", "검사_번호", "접수번호", "영상번호", "증례번호", "증례", "연구번호"),
    *("patient", "patient_id", "patientid", "patient_no"),
    *("환자번호", "환자_번호", "환자id", "환자_id", "등록번호", "병록번호"),
    *("image", "image_id", "file", "filename", "file_name", "파일명", "파일_이름", "이미지", "id"),
)
SCORE_NAMES = (
    *("score", "probability", "prob", "abnormality_score", "abnormality", "ai_score", "confidence_score"),
    *("risk_score", "score_percent", "abnormality_percent", "probability_percent"),
    *(
        "점수",
        "확률",
        "이상확률",
        "이상_확률",
        "이상점수",
        "위험도",
        "위험점수",
        "의심도",
        "ai점수",
        "ai_점수",
    ),
)
DECISION_NAMES = (
    *("decision", "ai_decision", "prediction", "result", "ai_result", "call", "predicted_class"),
    *("판정", "판정결과", "ai판정", "판독결과", "판독_결과", "ai판독", "ai_판독", "판독", "결과"),
)
# What tells several rows of one case apart.
APART_NAMES = {
    "reader": (
        *("reader", "reader_name", "reader_id", "radiologist", "doctor", "physician", "rater", "observer"),
        *("판독의", "판독자", "판독의사", "의사", "독자"),
    ),
    "condition": ("condition", "reading_condition", "with_ai", "조건", "판독조건"),
    "session": ("session", "reading_session", "세션", "회차"),
    "repeat": ("repeat",),
    "finding": ("finding", "finding_name", "abnormality_name", "lesion_type", "소견", "소견명"),
}
BESIDE_NAMES = {
    "seconds": (
        *("seconds", "reading_seconds", "time_seconds", "time_s", "time_sec", "reading_time_s"),
        *("reading_time_sec", "reading_time_seconds", "판독시간_초", "판독시간초", "소요시간_초"),
    ),
    "confidence": ("confidence", "reader_confidence", "확신도", "신뢰도"),
}
PLACE_NAMES = {
    "x": ("x",),
    "y": ("y",),
    "z": ("z",),
    "width": ("width", "w", "box_width"),
    "height": ("height", "h", "box_height"),
    "depth": ("depth",),
    "diameter": ("diameter",),
    "x1": ("x1", "xmin", "x_min", "left"),
    "y1": ("y1", "ymin", "y_min", "top"),
    "x2": ("x2", "xmax", "x_max", "right"),
    "y2": ("y2", "ymax", "y_max", "bottom"),
    "mask": ("mask", "mask_file"),
    "class": ("class", "lesion_class"),
    "image": ("image", "image_id"),
}
# Endings of a column that holds the score of one finding, as in "Mass score" or "Mass (%)".
FINDING_ENDINGS = ("_score", "_probability", "_prob", "_percent", "_pct", "_점수", "_확률")
