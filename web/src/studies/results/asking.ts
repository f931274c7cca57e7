import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Estimate } from "./numbers";

export type Results = components["schemas"]["Results"];
export type Choice = components["schemas"]["ChoiceShown"];
export type Grid = components["schemas"]["GridShown"];
export type Point = components["schemas"]["PointShown"];
export type RunRow = components["schemas"]["RunRow"];
export type CaseShown = components["schemas"]["CaseShown"];

export interface Cell extends Estimate {
  bold?: boolean;
  star?: boolean;
}

export interface Reader {
  name: string;
  label: string;
  role: string;
  colour: string;
}

interface Row {
  reader: string;
  label: string;
  group?: string;
  thresholds?: number[];
  counts?: { tp: number; fp: number; fn: number; tn: number } | null;
  cells: Cell[];
}

export interface FlatTable {
  columns: { label: string }[];
  rows: Row[];
  note?: string;
  counted?: boolean;
}

export interface DetailTable {
  id: string;
  title: string;
  caption: string;
  columns: string[];
  sides: string[];
  groups: { label: string; rows: { label: string; cells: string[] }[] }[];
}

export interface Line {
  reader: string;
  name?: string;
  label: string;
  colour: string;
  x: (number | null)[];
  y: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  dashed?: boolean;
  few?: boolean;
  point?: { x: number; y: number } | null;
  at_risk?: number[];
  end?: number;
  smooth?: { x: number[]; y: number[]; low: number[]; high: number[] } | null;
  auroc?: (number | null)[];
  auprc?: (number | null)[];
}

export interface Panel {
  part: string;
  n: number;
  events: number | null;
  noun: string;
  lines: Line[];
  prevalence?: number;
  x?: number[];
  treat_all?: number[];
  limit?: number;
  ticks?: number[];
  p?: number | null;
}

export interface ForestRow {
  group: string;
  part: string;
  label: string;
  difference: number;
  low: number | null;
  high: number | null;
  p: number | null;
  n: number;
  colour: string;
}

export interface EstimateRow extends Estimate {
  column: string;
  group: string;
  label: string;
  colour: string;
  n: number;
  events: number | null;
}

export interface FigureData {
  id: string;
  kind: string;
  title: string;
  caption: string;
  alt: string;
  panels?: Panel[];
  rows?: unknown[];
  x_label?: string;
  y_label?: string;
  better?: string;
  worse?: string;
  whole?: number;
  floor?: number;
  top?: number;
  incidence?: boolean;
}

/** The report as plain data, as far as the page shows it. */
export interface Evidence {
  title: string;
  question: string;
  answer: string[];
  readers: Reader[];
  event_noun: string;
  main_table: {
    columns: { label: string }[];
    blocks: { label: string; sizes: { n: number | null; events: number | null }[]; rows: Row[] }[];
    notes: string[];
  };
  operating_table: FlatTable | null;
  further_table: FlatTable | null;
  detail_tables: DetailTable[];
  figures: FigureData[];
  limits: { level: string; code: string; texts: string[] }[];
  atlas: { title: string; figures: { title: string; caption: string }[] }[];
}

export interface Where {
  slug: string;
  run: string;
}

export const evidenceOf = (results: Results): Evidence => results.evidence as unknown as Evidence;

/** The address of something of a run. */
export const addressOf = ({ slug, run }: Where, rest: string): string => `/api/results/${slug}/${run}${rest}`;

export function useResults(where: Where) {
  return useQuery({
    queryKey: ["results", where.slug, where.run],
    queryFn: () => answer(api.GET("/api/results/{slug}/{run}", { params: { path: where } })),
    staleTime: 60_000,
  });
}
