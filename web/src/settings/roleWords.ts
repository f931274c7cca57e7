import { defineWords } from "../words";

/** What the roles are called. */
export const roleWords = defineWords({
  en: {
    administrator: "Administrator",
    data_manager: "Data manager",
    annotator: "Annotator",
    specialist: "Specialist",
    adjudicator: "Adjudicator",
    researcher: "Researcher",
    viewer: "Viewer",
  },
  ko: {
    administrator: "관리자",
    data_manager: "데이터 관리자",
    annotator: "라벨링 작업자",
    specialist: "전문의",
    adjudicator: "조정 판독의",
    researcher: "연구자",
    viewer: "열람자",
  },
});

/** What the rights allow. */
export const rightWords = defineWords({
  en: {
    see_studies: "See studies",
    make_studies: "Make and change studies",
    run_studies: "Run studies",
    see_archive: "See the archive",
    bring_images: "Bring images in",
    settle_quarantine: "Decide on the quarantine",
    release_data: "Hand data out",
    pull_from_pacs: "Fetch from a PACS",
    see_identities: "See who a patient is",
    mark_lesions: "Mark lesions",
    mark_first: "Mark in the first pass",
    adjudicate: "Adjudicate",
    assign_marking: "Assign cases to annotators",
    see_markings: "See markings and their progress",
    manage_users: "Manage people",
    read_audit: "Read the record",
    see_models: "See models",
  },
  ko: {
    see_studies: "연구 보기",
    make_studies: "연구 만들기와 수정",
    run_studies: "연구 실행",
    see_archive: "영상 저장소 보기",
    bring_images: "영상 가져오기",
    settle_quarantine: "격리 영상 처리",
    release_data: "데이터 반출",
    pull_from_pacs: "PACS에서 가져오기",
    see_identities: "환자 신원 보기",
    mark_lesions: "병변 표시",
    mark_first: "1차 병변 표시",
    adjudicate: "판독 불일치 조정",
    assign_marking: "작업자에게 증례 배정",
    see_markings: "병변 표시와 진행 상황 보기",
    manage_users: "사용자 관리",
    read_audit: "감사 기록 보기",
    see_models: "모델 보기",
  },
});
