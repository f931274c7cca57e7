import { type LookUpTable, tablesOf } from "./lookup";
import { suvPerUnit } from "./suv";

export type Triple = readonly [number, number, number];

/** A window of grey values and how it is meant (PS3.3 section C.11.2.1). */
export interface Window {
  center: number;
  width: number;
  shape: "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
  /** As the file calls it. */
  name?: string;
  /** A VOI LUT in its place; centre and width then tell the inputs that it covers. */
  table?: LookUpTable;
}

/** What a slice's header says that the viewer needs; never anything of the person. */
export interface Header {
  rows: number;
  columns: number;
  modality: string;
  /** Millimetres between rows and between columns; null where the image does not say. */
  spacing: readonly [number, number] | null;
  /** Centre of the first pixel in patient coordinates (LPS, millimetres). */
  position: Triple | null;
  /** Directions along a row and along a column. */
  orientation: readonly [Triple, Triple] | null;
  slope: number;
  intercept: number;
  /** The Modality LUT, in place of slope and intercept. */
  table: LookUpTable | null;
  units: string;
  /** The tables and windows that the file proposes: VOI LUTs first, as they are shown first. */
  windows: readonly Window[];
  /** The least value is white (MONOCHROME1, or a Presentation LUT Shape of INVERSE). */
  inverted: boolean;
  /** Stored values from the first to the second are no image (PS3.3 section C.7.5.1.1.2). */
  padding: readonly [number, number] | null;
  /** For PET in Bq/ml: SUV by body weight of one unit; null where it cannot be known. */
  suvPerUnit: number | null;
  /** Directions as the file names them, of films without a position in space. */
  patientOrientation: readonly [string, string] | null;
  frameOfReference: string;
}

export type Instance = Record<string, unknown>;

/** Numbers of a value as the DICOM reader gives it: a number, a text, or a list of either. */
export function numbers(value: unknown): number[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") return value.split("\\").map(Number).filter(Number.isFinite);
  if (typeof value === "number") return Number.isFinite(value) ? [value] : [];
  if (typeof value === "object" && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>).flatMap(numbers);
  return [];
}

export const number = (value: unknown): number | null => numbers(value)[0] ?? null;
export const text = (value: unknown): string =>
  Array.isArray(value) ? text(value[0]) : value === undefined || value === null ? "" : String(value).trim();

/** The items of a sequence; a sequence of one may come as the item itself. */
export function items(value: unknown): Instance[] {
  if (Array.isArray(value)) return value as Instance[];
  return typeof value === "object" && value !== null ? [value as Instance] : [];
}

/** The header of a slice, from what the DICOM reader found in its file. */
export function headerOf(instance: Instance): Header {
  const spacing = [instance.PixelSpacing, instance.ImagerPixelSpacing, instance.NominalScannedPixelSpacing]
    .map(numbers)
    .find((pair) => pair.length === 2 && pair.every((size) => size > 0));
  const position = numbers(instance.ImagePositionPatient);
  const along = numbers(instance.ImageOrientationPatient);
  const signed = number(instance.PixelRepresentation) === 1;
  const little = text(instance.TransferSyntaxUID) !== BIG_ENDIAN;
  const table = tablesOf(instance.ModalityLUTSequence, signed, little)[0] ?? null;
  const slope = number(instance.RescaleSlope) || 1;
  const intercept = number(instance.RescaleIntercept) ?? 0;
  const named = Array.isArray(instance.PatientOrientation)
    ? instance.PatientOrientation.map(String)
    : text(instance.PatientOrientation).split("\\");
  return {
    rows: number(instance.Rows) ?? 0,
    columns: number(instance.Columns) ?? 0,
    modality: text(instance.Modality),
    spacing: spacing ? [spacing[0] as number, spacing[1] as number] : null,
    position: position.length === 3 ? (position as unknown as Triple) : null,
    orientation:
      along.length === 6 ? [along.slice(0, 3) as unknown as Triple, along.slice(3) as unknown as Triple] : null,
    slope,
    intercept,
    table,
    units: unitsOf(instance),
    windows: [...curvesOf(instance, !table && (signed || intercept < 0 || slope < 0), little), ...windowsOf(instance)],
    inverted:
      text(instance.PhotometricInterpretation) === "MONOCHROME1" || text(instance.PresentationLUTShape) === "INVERSE",
    padding: paddingOf(instance, signed),
    suvPerUnit: suvPerUnit(instance),
    patientOrientation: named.length === 2 && named[0] ? [named[0], named[1] as string] : null,
    frameOfReference: text(instance.FrameOfReferenceUID),
  };
}

const BIG_ENDIAN = "1.2.840.10008.1.2.2";

/** What the values of an image are, in the words of the file. */
function unitsOf(instance: Instance): string {
  const rescaled = text(instance.RescaleType) || text(items(instance.ModalityLUTSequence)[0]?.ModalityLUTType);
  return (
    text(instance.Units) ||
    (rescaled && rescaled !== "US" ? rescaled : "") ||
    (text(instance.Modality) === "CT" ? "HU" : "")
  );
}

/** Stored values that are no image, with the sign of the pixels whichever the file wrote. */
function paddingOf(instance: Instance, signed: boolean): [number, number] | null {
  const asStored = (value: number): number =>
    signed && value > 0x7fff ? value - 0x10000 : !signed && value < 0 ? value + 0x10000 : value;
  const value = number(instance.PixelPaddingValue);
  if (value === null) return null;
  const limit = asStored(number(instance.PixelPaddingRangeLimit) ?? value);
  return [Math.min(asStored(value), limit), Math.max(asStored(value), limit)];
}

/** The VOI LUTs of a file as it names them. */
function curvesOf(instance: Instance, signed: boolean, little: boolean): Window[] {
  return tablesOf(instance.VOILUTSequence, signed, little).map((table) => ({
    center: table.first + table.entries.length / 2,
    width: table.entries.length,
    shape: "LINEAR" as const,
    name: table.name,
    table,
  }));
}

function windowsOf(instance: Instance): Window[] {
  const widths = numbers(instance.WindowWidth);
  const shape = text(instance.VOILUTFunction).toUpperCase();
  const told = instance.WindowCenterWidthExplanation;
  const names = Array.isArray(told) ? told.map(String) : text(told).split("\\");
  return numbers(instance.WindowCenter).flatMap((center, place) => {
    const width = widths[place];
    if (width === undefined || width <= 0) return [];
    const meant = shape === "SIGMOID" || shape === "LINEAR_EXACT" ? shape : "LINEAR";
    return [{ center, width, shape: meant, name: names[place]?.trim() ?? "" }];
  });
}
