import { describe, expect, it } from "vitest";
import { sampled } from "./fusion";
import { headerOf } from "./header";
import { firstWindow, greyOf, measured, render, type Slice } from "./pixels";
import { cutThrough, inImage, inPatient, inVolume, volumeOf } from "./planes";
import { nearestFirst, SeriesStack } from "./stack";
import { apply, edgeLetters, FITTED, inverse, placed, scaleBar, zoomedAt } from "./view";

function slice(z: number, more: Record<string, unknown> = {}): Slice {
  const header = headerOf({
    Rows: 4,
    Columns: 6,
    Modality: "CT",
    PixelSpacing: [2, 1],
    ImagePositionPatient: [10, 20, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    RescaleSlope: 2,
    RescaleIntercept: -100,
    ...more,
  });
  const stored = Int16Array.from({ length: 24 }, (_, place) => place + 100 * z);
  return { header, stored, colour: null, least: 100 * z, greatest: 100 * z + 23 };
}
const volume = () => {
  const made = volumeOf([slice(3), slice(0), slice(1), slice(2)]);
  if (!made) throw new Error("no volume");
  return made;
};

describe("windows", () => {
  it("are those of DICOM", () => {
    expect(greyOf(40, { center: 40, width: 1, shape: "LINEAR" })).toBe(255);
    expect(greyOf(-160, { center: 40, width: 400, shape: "LINEAR" })).toBe(0);
    expect(greyOf(50, { center: 50, width: 100, shape: "LINEAR_EXACT" })).toBeCloseTo(127.5);
    expect(greyOf(50, { center: 50, width: 10, shape: "SIGMOID" })).toBeCloseTo(127.5);
  });

  it("turn grey around for MONOCHROME1, and take all values where the file proposes none", () => {
    const one = slice(0);
    const screen = new Uint32Array(24);
    render(one, firstWindow(one), true, screen);
    expect([(screen[0] as number) & 255, (screen[23] as number) & 255]).toEqual([255, 0]);
    expect(headerOf({ PhotometricInterpretation: "MONOCHROME1" }).inverted).toBe(true);
    expect(measured(one, 1.5, 1.2)).toBe(7 * 2 - 100);
    expect(measured(one, -0.1, 0)).toBeNull();
  });
});

describe("look-up tables", () => {
  const curve = { LUTDescriptor: [4, 10, 8], LUTData: [0, 50, 100, 255], LUTExplanation: "curve" };
  const shown = (header: Record<string, unknown>, stored: number[], inverted = false): number[] => {
    const made: Slice = {
      header: headerOf({ Rows: 1, Columns: stored.length, ...header }),
      stored: Int16Array.from(stored),
      colour: null,
      least: Math.min(...stored),
      greatest: Math.max(...stored),
    };
    const screen = new Uint32Array(stored.length);
    render(made, firstWindow(made), made.header.inverted !== inverted, screen);
    return [...screen].map((one) => one & 255);
  };

  it("come before windows, and hold their ends", () => {
    const both = { VOILUTSequence: curve, WindowCenter: "5", WindowWidth: "2", WindowCenterWidthExplanation: "LUNG" };
    expect(shown(both, [-3, 10, 11, 12, 99])).toEqual([0, 0, 50, 100, 255]);
    expect(headerOf(both).windows.map(({ name }) => name)).toEqual(["curve", "LUNG"]);
  });

  it("make stored values what was measured", () => {
    const header = { ModalityLUTSequence: [{ ...curve, ModalityLUTType: "OD" }] };
    expect(shown(header, [10, 11, 13])).toEqual([0, 50, 255]);
    const made = headerOf({ Rows: 1, Columns: 1, ...header });
    const one: Slice = { header: made, stored: Int16Array.of(12), colour: null, least: 12, greatest: 12 };
    expect(measured(one, 0.5, 0.5)).toBe(100);
    expect(made.units).toBe("OD");
  });

  it("are read in bytes of either width, with the sign of their inputs", () => {
    const words = { LUTDescriptor: [2, 65535, 16], LUTData: [Uint16Array.of(0, 65535).buffer] };
    const header = { PixelRepresentation: 1, VOILUTSequence: [words] };
    expect(shown(header, [-1, 0])).toEqual([0, 255]);
    const bytes = { LUTDescriptor: [2, 0, 8], LUTData: [Uint8Array.of(255, 0).buffer] };
    expect(shown({ VOILUTSequence: bytes }, [0, 1])).toEqual([255, 0]);
  });

  it("leave padding black, whichever way grey is turned", () => {
    const header = { PixelPaddingValue: 65535, PixelRepresentation: 1, PhotometricInterpretation: "MONOCHROME1" };
    expect(shown(header, [-1, 0, 100])).toEqual([0, 255, 0]);
    expect(shown(header, [-1, 0, 100], true)).toEqual([0, 0, 255]);
  });
});

describe("places", () => {
  const shown = { columns: 6, rows: 4, spacing: [2, 1] as const };
  it("come back from the screen as they went", () => {
    for (const turned of [0, 90, 180, 270] as const)
      for (const mirrored of [false, true]) {
        const to = placed({ ...FITTED, zoom: 2.5, moved: [7, -3], turned, mirrored }, shown, {
          width: 500,
          height: 300,
        });
        const [x, y] = apply(inverse(to), apply(to, [1.25, 3.5]));
        expect([x, y].map((one) => Number(one.toFixed(9)))).toEqual([1.25, 3.5]);
      }
  });

  it("are never squeezed, and stay under the pointer when enlarged", () => {
    const to = placed(FITTED, shown, { width: 600, height: 800 });
    expect([to.a, to.d]).toEqual([75, 150].map((one) => (one * 600) / 450));
    const size = { width: 500, height: 300 };
    const before = apply(inverse(placed(FITTED, shown, size)), [120, 80]);
    const after = apply(inverse(placed(zoomedAt(FITTED, 3, [120, 80], size), shown, size)), [120, 80]);
    expect(after.map((one) => one.toFixed(6))).toEqual(before.map((one) => one.toFixed(6)));
  });

  it("are told by letters, also turned and mirrored", () => {
    const along = { row: "L", column: "P" };
    expect(edgeLetters(along, FITTED)).toEqual({ left: "R", right: "L", top: "A", bottom: "P" });
    expect(edgeLetters(along, { ...FITTED, mirrored: true })).toEqual({ left: "L", right: "R", top: "A", bottom: "P" });
    expect(edgeLetters(along, { ...FITTED, turned: 90 })).toEqual({ left: "P", right: "A", top: "R", bottom: "L" });
    expect(scaleBar(2, { width: 900, height: 1 })).toEqual([50, 100]);
  });
});

describe("volumes", () => {
  it("are cut across with values and places kept", () => {
    const made = volume();
    const coronal = cutThrough(made, "row", 2);
    expect([coronal.header.columns, coronal.header.rows, coronal.header.spacing]).toEqual([6, 4, [1, 1]]);
    expect(measured(coronal, 1.5, 0.5)).toBe((13 + 300) * 2 - 100); // the head, z = 3, is up
    expect(inPatient(coronal.header, [1.5, 0.5])).toEqual([11, 24, 3]);
    expect(inVolume(made, [11, 24, 3])).toEqual([1, 2, 3]);
    expect(inImage(coronal.header, [11, 24, 3])?.slice(0, 2)).toEqual([1.5, 0.5]);
    expect(sampled(made, [1.5, 2, 2.5])).toBeCloseTo((13.5 + 250) * 2 - 100);
    expect(sampled(made, [-1, 0, 0])).toBeNull();
  });

  it("are refused where a slice is missing", () => {
    expect(volumeOf([slice(0), slice(1), slice(2), slice(4)])).toBeNull();
  });
});

describe("suv", () => {
  const pet = {
    Modality: "PT",
    Units: "BQML",
    CorrectedImage: ["DECY", "ATTN"],
    DecayCorrection: "START",
    PatientWeight: 70,
    SeriesDate: "20210305",
    SeriesTime: "100000",
    AcquisitionDate: "20210305",
    AcquisitionTime: "100200",
    RadiopharmaceuticalInformationSequence: [
      { RadionuclideTotalDose: 350e6, RadionuclideHalfLife: 6586.2, RadiopharmaceuticalStartTime: "090000" },
    ],
  };
  it("is by body weight, the dose decayed to the scan", () => {
    expect((headerOf(pet).suvPerUnit as number) * 45_000).toBeCloseTo(13.146, 3);
    expect(headerOf({ ...pet, DecayCorrection: "ADMIN" }).suvPerUnit).toBeCloseTo(70_000 / 350e6, 9);
  });
  it("crosses midnight, and is not shown where something is missing", () => {
    const late = { ...pet, SeriesTime: "003000", AcquisitionTime: "003000" };
    const tracer = { ...pet.RadiopharmaceuticalInformationSequence[0], RadiopharmaceuticalStartTime: "233000" };
    expect(headerOf({ ...late, RadiopharmaceuticalInformationSequence: [tracer] }).suvPerUnit).toBeCloseTo(
      headerOf(pet).suvPerUnit as number,
      12,
    );
    for (const gone of ["PatientWeight", "CorrectedImage", "RadiopharmaceuticalInformationSequence", "Units"])
      expect(headerOf({ ...pet, [gone]: "" }).suvPerUnit).toBeNull();
  });
});

describe("fetching", () => {
  it("goes from the seen image outwards and lets the farthest go", async () => {
    expect(nearestFirst(5, 1)).toEqual([1, 2, 0, 3, 4]);
    const stack = new SeriesStack(
      "s",
      Array.from({ length: 50 }, (_, place) => ({ url: String(place) })),
      async () => slice(0),
      10 * 48,
    );
    await stack.want(20);
    await new Promise((done) => setTimeout(done, 30));
    expect(stack.loaded()).toBeLessThanOrEqual(10);
    expect(stack.get(20)).toBeDefined();
    stack.close();
  });
});
