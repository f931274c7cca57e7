import type { words } from "./words";

type English = (typeof words)["en"];
/** A word without values. */
export type Word = { [Key in keyof English]: English[Key] extends string ? Key : never }[keyof English];

/**
 * How a key of the study file is asked for: `tick` yes or no; `choice` one of a few; `known` yes, no or found out;
 * `number` and `numbers`; `text`; `several` of a few; `column` and `columns` of the table; `table` beside the study.
 */
export type Kind =
  | "tick"
  | "choice"
  | "known"
  | "number"
  | "numbers"
  | "text"
  | "several"
  | "column"
  | "columns"
  | "table"
  | "network"
  | "reader"
  | "threshold"
  | "windows"
  | "choose"
  | "parts"
  | "external"
  | "margins"
  | "criteria"
  | "recalibrate";

export interface Field {
  /** The key of the study file; of a reader's, `readers` stands for the one reader. */
  at: string;
  kind: Kind;
  label: Word;
  help: Word;
  choices?: readonly (readonly [value: string, word: Word])[];
  /** What holds where the file says nothing, as it would stand there. */
  usual?: string;
  /** Of which readers, tasks or images it says something; always where left out. */
  only?: readonly ("classes" | "survival" | "findings" | "number" | "score" | "product" | "curb65" | "images")[];
}

/** What is said of a network, the first things first. */
export const MODEL: readonly Field[] = [
  { at: "readers.model", kind: "network", label: "model", help: "model_help" },
  { at: "readers.size", kind: "number", label: "size", help: "size_help" },
  { at: "readers.repeats", kind: "number", label: "repeats", help: "repeats_help", usual: "1" },
  { at: "readers.budget_minutes", kind: "number", label: "budget", help: "budget_help" },
  {
    at: "readers.pretrained",
    kind: "choice",
    label: "pretrained",
    help: "pretrained_help",
    usual: "if available",
    choices: [
      ["if available", "pretrained_available"],
      ["true", "pretrained_must"],
      ["false", "pretrained_not"],
      ["self", "pretrained_self"],
    ],
  },
  { at: "readers.columns", kind: "columns", label: "beside", help: "beside_help" },
];

export const MODEL_MORE: readonly Field[] = [
  { at: "readers.frozen", kind: "tick", label: "frozen", help: "frozen_help" },
  {
    at: "readers.training.class_balance",
    kind: "choice",
    label: "balance",
    help: "balance_help",
    only: ["classes", "findings"],
    choices: [
      ["sampling", "balance_sampling"],
      ["upsampling", "balance_upsampling"],
      ["random-upsampling", "balance_random"],
      ["weights", "balance_weights"],
      ["none", "balance_none"],
    ],
  },
  { at: "readers.epochs", kind: "number", label: "epochs", help: "epochs_help" },
  { at: "readers.learning_curve", kind: "tick", label: "learningCurve", help: "learningCurve_help" },
  { at: "readers.unlabelled", kind: "text", label: "unlabelled", help: "unlabelled_help" },
];

/** What is said of every reader. */
export const READER: readonly Field[] = [
  {
    at: "readers.threshold",
    kind: "threshold",
    label: "threshold",
    help: "threshold_help",
    only: ["classes", "survival", "findings"],
  },
];

export const READER_MORE: readonly Field[] = [
  { at: "readers.name", kind: "text", label: "readerName", help: "readerName_help" },
  {
    at: "readers.probability",
    kind: "known",
    label: "probability",
    help: "probability_help",
    only: ["score", "product"],
  },
  {
    at: "readers.identifiers",
    kind: "choice",
    label: "identifiers",
    help: "identifiers_help",
    only: ["product"],
    choices: [
      ["real", "identifiers_real"],
      ["research", "identifiers_research"],
    ],
  },
  {
    at: "readers.bun_rule",
    kind: "choice",
    label: "bun",
    help: "bun_help",
    usual: "printed",
    only: ["curb65"],
    choices: [
      ["printed", "bun_printed"],
      ["converted", "bun_converted"],
    ],
  },
  {
    at: "evaluation.recalibrate",
    kind: "recalibrate",
    label: "recalibrate",
    help: "recalibrate_help",
    only: ["classes"],
    choices: [
      ["temperature", "recalibrate_temperature"],
      ["platt", "recalibrate_platt"],
      ["isotonic", "recalibrate_isotonic"],
    ],
  },
];

export const PREPARATION: readonly Field[] = [
  {
    at: "preparation.crop",
    kind: "choice",
    label: "crop",
    help: "crop_help",
    usual: "none",
    choices: [
      ["none", "crop_none"],
      ["body", "crop_body"],
      ["lungs", "crop_lungs"],
    ],
  },
  { at: "preparation.window", kind: "windows", label: "windows", help: "windows_help" },
  { at: "preparation.frame", kind: "text", label: "frame", help: "frame_help" },
  { at: "preparation.check_view", kind: "tick", label: "checkView", help: "checkView_help" },
  { at: "preparation.check_upright", kind: "tick", label: "checkUpright", help: "checkUpright_help" },
];

export const PREPARATION_MORE: readonly Field[] = [
  {
    at: "preparation.centre",
    kind: "choice",
    label: "centre",
    help: "centre_help",
    usual: "none",
    choices: [
      ["none", "centre_none"],
      ["lungs", "centre_lungs"],
    ],
  },
  {
    at: "preparation.fallback",
    kind: "choice",
    label: "fallback",
    help: "fallback_help",
    usual: "mutual information",
    choices: [
      ["mutual information", "fallback_mutual"],
      ["random", "fallback_random"],
      ["none", "fallback_none"],
    ],
  },
  { at: "preparation.lung_mask", kind: "text", label: "lungMask", help: "lungMask_help" },
  {
    at: "preparation.fit",
    kind: "choice",
    label: "fit",
    help: "fit_help",
    choices: [
      ["letterbox", "fit_letterbox"],
      ["stretch", "fit_stretch"],
    ],
  },
  { at: "preparation.spacing_mm", kind: "number", label: "spacing", help: "spacing_help" },
  {
    at: "preparation.normalisation",
    kind: "choice",
    label: "normalisation",
    help: "normalisation_help",
    choices: [
      ["percentile", "normalisation_percentile"],
      ["min-max", "normalisation_range"],
      ["z-score", "normalisation_score"],
      ["equalise", "normalisation_equalise"],
      ["local", "normalisation_local"],
      ["none", "normalisation_none"],
    ],
  },
  { at: "preparation.clahe", kind: "tick", label: "clahe", help: "clahe_help" },
  {
    at: "preparation.resampling",
    kind: "choice",
    label: "resampling",
    help: "resampling_help",
    usual: "area",
    choices: [
      ["area", "resampling_area"],
      ["antialiased", "resampling_antialiased"],
      ["b-spline", "resampling_spline"],
    ],
  },
];

export const EXPLANATION: readonly Field[] = [
  {
    at: "explanation.methods",
    kind: "several",
    label: "methods",
    help: "methods_help",
    usual: "cam",
    choices: [
      ["cam", "methods_cam"],
      ["gradcam", "methods_gradcam"],
      ["gradcam++", "methods_gradcamPlus"],
      ["scorecam", "methods_scorecam"],
      ["integrated-gradients", "methods_integrated"],
      ["occlusion", "methods_occlusion"],
      ["attention-rollout", "methods_rollout"],
    ],
  },
  { at: "explanation.atlas", kind: "tick", label: "atlas", help: "atlas_help" },
  { at: "explanation.inside", kind: "tick", label: "inside", help: "inside_help", usual: "true" },
  { at: "explanation.lesions", kind: "table", label: "lesions", help: "lesions_help" },
];

export const EVALUATION: readonly Field[] = [
  { at: "evaluation.comparator", kind: "reader", label: "comparator", help: "comparator_help" },
  { at: "evaluation.margins", kind: "margins", label: "margins", help: "margins_help" },
  { at: "evaluation.subgroups", kind: "columns", label: "subgroups", help: "subgroups_help" },
];

export const EVALUATION_MORE: readonly Field[] = [
  {
    at: "evaluation.prevalences",
    kind: "numbers",
    label: "prevalences",
    help: "prevalences_help",
    only: ["classes", "survival", "findings"],
  },
  {
    at: "evaluation.benefit_thresholds",
    kind: "numbers",
    label: "benefit",
    help: "benefit_help",
    usual: "0.05, 0.1, 0.2, 0.3, 0.5",
    only: ["classes", "survival", "findings"],
  },
  {
    at: "evaluation.further",
    kind: "several",
    label: "further",
    help: "further_help",
    only: ["classes", "survival"],
    choices: [
      ["nri", "further_nri"],
      ["idi", "further_idi"],
    ],
  },
  {
    at: "evaluation.risk_groups",
    kind: "number",
    label: "riskGroups",
    help: "riskGroups_help",
    usual: "3",
    only: ["survival"],
  },
  { at: "evaluation.tau_days", kind: "number", label: "tau", help: "tau_help", only: ["survival"] },
  { at: "evaluation.bootstrap", kind: "number", label: "bootstrap", help: "bootstrap_help", usual: "1000" },
  {
    at: "evaluation.bootstrap_interval",
    kind: "choice",
    label: "bootstrapInterval",
    help: "bootstrapInterval_help",
    usual: "percentile",
    choices: [
      ["percentile", "bootstrapInterval_percentile"],
      ["bca", "bootstrapInterval_bca"],
    ],
  },
  {
    at: "evaluation.share_interval",
    kind: "choice",
    label: "shareInterval",
    help: "shareInterval_help",
    usual: "wilson",
    choices: [
      ["wilson", "shareInterval_wilson"],
      ["clopper_pearson", "shareInterval_exact"],
    ],
  },
];

/** Which images and rows take part. */
export const CASES: readonly Field[] = [
  { at: "cohort.choose", kind: "choose", label: "chooseImage", help: "chooseImage_help", only: ["images"] },
  { at: "cohort.volumes", kind: "tick", label: "volumes", help: "volumes_help", only: ["images"] },
  { at: "cohort.include", kind: "criteria", label: "include", help: "include_help" },
  {
    at: "cohort.identifiers",
    kind: "choice",
    label: "tableIdentifiers",
    help: "tableIdentifiers_help",
    choices: [
      ["real", "identifiers_real"],
      ["research", "identifiers_research"],
    ],
  },
];

export const SPLIT: readonly Field[] = [{ at: "split.parts", kind: "parts", label: "parts", help: "parts_help" }];

export const EXTERNAL: readonly Field[] = [
  { at: "split.external", kind: "external", label: "external", help: "external_help" },
];

export const QUESTION: readonly Field[] = [
  {
    at: "task.horizons_days",
    kind: "numbers",
    label: "horizonsDays",
    help: "horizons_help",
    only: ["survival"],
  },
  {
    at: "task.horizons_years",
    kind: "numbers",
    label: "horizonsYears",
    help: "horizons_help",
    only: ["survival"],
  },
];

/** Whether a field says anything about a reader, a task, or a study with images. */
export function isAbout(field: Field, about: ReadonlySet<string>): boolean {
  return field.only === undefined || field.only.some((each) => about.has(each));
}
