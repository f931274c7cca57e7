import { type Instance, items, number, text } from "./header";

/** Seconds since the start of 1970 of a DICOM date and time, without a time zone; null where it is none. */
function seconds(date: string, time: string): number | null {
  const day = /^(\d{4})(\d{2})(\d{2})/.exec(date);
  const clock = /^(\d{2})(\d{2})?(\d{2})?(\.\d+)?/.exec(time);
  if (!day || !clock) return null;
  const midnight = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000;
  return (
    midnight + Number(clock[1]) * 3600 + Number(clock[2] ?? 0) * 60 + Number(clock[3] ?? 0) + Number(clock[4] ?? 0)
  );
}

const ofDateTime = (value: string): number | null => seconds(value.slice(0, 8), value.slice(8));

/**
 * The SUV by body weight (g/ml) of one unit of a PET image's values: SUV = Bq/ml x grams / dose at the time to
 * which the image is corrected for decay. Null where the file does not hold what is needed, so that no number
 * is shown rather than a wrong one.
 *
 * Reference: QIBA FDG-PET/CT profile, SUV from vendor-neutral DICOM; DICOM PS3.3 sections C.8.9.1 and C.8.9.2.
 */
export function suvPerUnit(instance: Instance): number | null {
  if (text(instance.Modality) !== "PT") return null;
  const units = text(instance.Units);
  if (units === "GML") return 1;
  if (units !== "BQML") return null;
  const corrected = JSON.stringify(instance.CorrectedImage ?? "");
  const weight = number(instance.PatientWeight);
  const tracer = items(instance.RadiopharmaceuticalInformationSequence)[0];
  const dose = number(tracer?.RadionuclideTotalDose);
  if (
    !corrected.includes("DECY") ||
    !corrected.includes("ATTN") ||
    !weight ||
    weight <= 0 ||
    !tracer ||
    !dose ||
    dose <= 0
  )
    return null;
  const left = doseLeft(instance, tracer, dose);
  return left && left > 0 ? (weight * 1000) / left : null;
}

/** The dose in becquerel at the time to which the values are corrected. */
function doseLeft(instance: Instance, tracer: Instance, dose: number): number | null {
  const correction = text(instance.DecayCorrection);
  if (correction === "ADMIN") return dose;
  if (correction !== "START") return null;
  const halfLife = number(tracer.RadionuclideHalfLife);
  const scan = scanStart(instance);
  if (!halfLife || halfLife <= 0 || scan === null) return null;
  const injected =
    ofDateTime(text(tracer.RadiopharmaceuticalStartDateTime)) ??
    sameDay(text(instance.SeriesDate), text(tracer.RadiopharmaceuticalStartTime), scan);
  if (injected === null || injected > scan) return null;
  return dose * 2 ** (-(scan - injected) / halfLife);
}

/** The time of injection where only the clock is known: of the series' day, or of the day before over midnight. */
function sameDay(date: string, time: string, scan: number): number | null {
  const found = seconds(date, time);
  return found !== null && found > scan ? found - 86_400 : found;
}

/**
 * When the scan began: the time of the series, unless the series was made later out of others; then the time
 * of this slice, from which its own decay is taken back.
 */
function scanStart(instance: Instance): number | null {
  const series = seconds(text(instance.SeriesDate), text(instance.SeriesTime));
  const acquired = seconds(text(instance.AcquisitionDate), text(instance.AcquisitionTime));
  if (series !== null && (acquired === null || series <= acquired)) return series;
  return startByDecay(instance, acquired);
}

function startByDecay(instance: Instance, acquired: number | null): number | null {
  const tracer = items(instance.RadiopharmaceuticalInformationSequence)[0];
  const halfLife = number(tracer?.RadionuclideHalfLife);
  const reference = number(instance.FrameReferenceTime);
  const duration = number(instance.ActualFrameDuration);
  if (acquired === null || !halfLife || reference === null || duration === null || duration <= 0) return null;
  const rate = Math.LN2 / halfLife;
  const frame = duration / 1000;
  const middle = Math.log((rate * frame) / (1 - Math.exp(-rate * frame))) / rate;
  return acquired + middle - reference / 1000;
}
