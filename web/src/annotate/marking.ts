import type { Lesion, MarkEvent } from "./history";

export interface Category {
  id: number;
  name: string;
  group: number;
  group_name: string;
  english: string;
  colour: string;
  key: string;
}

export interface MarkedImage {
  image: number;
  number: number | null;
  rows: number;
  columns: number;
  /** Its number in a file with several frames, from 1; 0 where the file is the image. */
  frame: number;
  url: string;
}

export interface MarkedSeries {
  series: number;
  modality: string;
  description: string;
  images: MarkedImage[];
}

export interface Difference {
  opinions: string[];
  findings: {
    first: string | null;
    second: string | null;
    overlap: number | null;
    dice: number | null;
    same_class: boolean | null;
    agree: boolean;
  }[];
}

/** A case as it was given to one person to mark. */
export interface Marking {
  marking: number;
  project: number;
  project_name: string;
  dataset: string;
  case: string;
  stage: "first" | "second" | "opinion" | "adjudication" | "training";
  round: number;
  state: "open" | "submitted" | "withdrawn";
  /** Whoever looks at it may open it again. */
  can_reopen: boolean;
  revision: number;
  sentence: string;
  tools: string[];
  categories: Category[];
  attributes: { name: string; choices: string[] }[];
  series: MarkedSeries[];
  lesions: Lesion[];
  comment: string;
  label: string;
  earlier: { stage: string; lesions: Lesion[] }[];
  opinions: { name: string; lesions: Lesion[] }[];
  differences: Difference[];
}

export interface WorklistItem {
  marking: number;
  project: number;
  project_name: string;
  dataset: string;
  case: string;
  stage: Marking["stage"];
  round: number;
  state: "open" | "submitted";
  images: number;
  course: string;
  back: boolean;
  sentence: string;
}

export interface Worklist {
  items: WorklistItem[];
  next: number | null;
  total: number;
  left_today: number;
}

export interface Defect {
  code: string;
  image: number | null;
  lesion: string | null;
  sentence: string;
}

export interface Course {
  project: number;
  dataset: string;
  course: "basic" | "advanced";
  cases: number;
  passing: number;
  state: "open" | "passed" | "failed" | "none";
  score: number | null;
  markings: number[];
}

/** A case of a project, and who marked it. */
export interface CaseRow {
  case: string;
  stage: string;
  images: number;
  markings: { marking: number; name: string; stage: string; can_reopen: boolean }[];
}

/** Something that became of a case. */
export interface CaseLine {
  at: string;
  what: string;
  name: string;
  reason: string;
  marking: number | null;
  stage: string | null;
}

/** A case whose marking is the result. */
export interface AcceptedCase {
  case: string;
  images: number;
  course: Course["course"] | "";
}

export interface Project {
  project: number;
  name: string;
  dataset: string;
  cases: number;
  images: number;
  stages: Record<string, number>;
}

export interface PersonProgress {
  person: number;
  name: string;
  stage: string;
  done: number;
  open: number;
  done_today: number;
  left_today: number;
  median_seconds: number | null;
  agreement: number | null;
  sent_back: number;
}

export interface Submitted {
  /** With defects it stays open. */
  state: "open" | "submitted";
  stage_of_case: string;
  defects: Defect[];
  next: number | null;
  training: {
    course: string;
    share: number;
    passed: boolean;
    right: number;
    findings: number;
    passing: number;
  } | null;
}

export type HistoryItem = MarkEvent & { revision: number };
