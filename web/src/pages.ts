import type { ComponentType } from "react";
import type { Right } from "./api/session";

/** The five places of the rail, the home page above them. */
export type RailName = "home" | "studies" | "archive" | "annotate" | "models" | "settings";

export interface PageEntry {
  /** The path, as wouter reads it: `/studies/:slug`. Its parts come to the page as `params`. */
  path: string;
  /** The place of the rail that is marked while the page is open. */
  rail: RailName;
  /** The page, fetched when it is first opened; its default export is the component. */
  // biome-ignore lint/suspicious/noExplicitAny: every page names the parts of its own path.
  load: () => Promise<{ default: ComponentType<{ params: any }> }>;
  /** The right without which the page is not offered, or several of which one is enough. The server checks it again. */
  right?: Right | readonly Right[];
  /** The page takes the whole window, without the rail and margins: the viewer. */
  whole?: boolean;
}

/** Every page of the workbench. The first whose path matches is shown. */
export const PAGES: readonly PageEntry[] = [
  { path: "/", rail: "home", load: () => import("./home/HomePage") },
  { path: "/settings", rail: "settings", load: () => import("./settings/SettingsPage") },
  { path: "/settings/:section", rail: "settings", load: () => import("./settings/SettingsPage") },
  {
    path: "/annotate",
    rail: "annotate",
    load: () => import("./annotate/WorklistPage"),
    right: ["mark_lesions", "mark_first", "adjudicate", "assign_marking", "see_markings"],
  },
  {
    path: "/annotate/training",
    rail: "annotate",
    load: () => import("./annotate/TrainingPage"),
    right: ["mark_lesions", "mark_first"],
  },
  {
    path: "/annotate/projects",
    rail: "annotate",
    load: () => import("./annotate/ProjectsPage"),
    right: ["assign_marking", "see_markings"],
  },
  {
    path: "/annotate/case/:marking",
    rail: "annotate",
    load: () => import("./annotate/CasePage"),
    right: ["mark_lesions", "mark_first", "adjudicate", "see_markings"],
    whole: true,
  },
  {
    path: "/archive",
    rail: "archive",
    load: () => import("./archive/ArchivePage"),
    right: ["see_archive", "bring_images", "settle_quarantine", "pull_from_pacs"],
  },
  {
    path: "/archive/:section",
    rail: "archive",
    load: () => import("./archive/ArchivePage"),
    right: ["see_archive", "bring_images", "settle_quarantine", "pull_from_pacs"],
  },
  { path: "/jobs", rail: "home", load: () => import("./jobs/JobsPage") },
  { path: "/jobs/:job", rail: "home", load: () => import("./jobs/JobsPage") },
  { path: "/studies", rail: "studies", load: () => import("./studies/StudiesPage"), right: "see_studies" },
  { path: "/studies/new", rail: "studies", load: () => import("./studies/NewStudyPage"), right: "make_studies" },
  { path: "/studies/:slug", rail: "studies", load: () => import("./studies/StudyPage"), right: "see_studies" },
  {
    path: "/studies/:slug/results/:run",
    rail: "studies",
    load: () => import("./studies/results/ResultsPage"),
    right: "see_studies",
  },
  { path: "/models", rail: "models", load: () => import("./models/ModelsPage"), right: "see_models" },
  { path: "/models/readings", rail: "models", load: () => import("./models/ReadingsPage"), right: "see_models" },
  {
    path: "/models/readings/:reading",
    rail: "models",
    load: () => import("./models/ReadingPage"),
    right: "see_models",
  },
  {
    path: "/models/:slug/:run/:reader/read",
    rail: "models",
    load: () => import("./models/ReadPage"),
    right: "see_models",
  },
  {
    path: "/models/:slug/:run/:reader",
    rail: "models",
    load: () => import("./models/ModelPage"),
    right: "see_models",
  },
];
