import { defineWords } from "../words";

export const words = defineWords({
  en: {
    close: "Close",
    chooseFile: "Choose a file",
    chooseFiles: "Choose files",
    chooseFolder: "Choose a folder",
    cancel: "Cancel",
    filter: "Filter by typing",
    rows: (n: number) => (n === 1 ? "1 row" : `${n.toLocaleString("en")} rows`),
    someOf: (shown: string, all: string) => `${shown} of ${all} rows`,
    nothingMatches: "Nothing matches.",
    noPicture: "This picture cannot be shown.",
    tryAgain: "Try again",
    notReached: "The workbench's server does not answer; nothing was changed. It is asked again quietly.",
    wentWrong: "Something went wrong on this page. Load it again; if it happens once more, tell the administrator.",
  },
  ko: {
    close: "닫기",
    chooseFile: "파일 선택",
    chooseFiles: "파일 선택",
    chooseFolder: "폴더 선택",
    cancel: "취소",
    filter: "입력하여 걸러 보기",
    rows: (n: number) => `${n.toLocaleString("en")}건`,
    someOf: (shown: string, all: string) => `${all}건 중 ${shown}건`,
    nothingMatches: "일치하는 항목이 없습니다.",
    noPicture: "이 영상을 표시할 수 없습니다.",
    tryAgain: "다시 시도",
    notReached: "서버가 응답하지 않아 변경된 것은 없습니다. 연결될 때까지 자동으로 다시 확인합니다.",
    wentWrong: "이 화면에서 문제가 발생했습니다. 새로 고침해 주십시오. 반복되면 관리자에게 알려 주십시오.",
  },
});
