import { expect, test } from "vitest";
import { forget, namesOf, remember, withNames } from "./localNames";
import { namesInZip } from "./zipNames";

/** A ZIP file of empty files, as far as its directory goes. */
function zipOf(names: readonly string[]): Blob {
  const entries = names.map((name) => {
    const bytes = new TextEncoder().encode(name);
    const entry = new DataView(new ArrayBuffer(46 + bytes.length));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(8, 1 << 11, true);
    entry.setUint16(28, bytes.length, true);
    new Uint8Array(entry.buffer).set(bytes, 46);
    return entry.buffer;
  });
  const size = entries.reduce((sum, one) => sum + one.byteLength, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(12, size, true);
  end.setUint32(16, 7, true);
  return new Blob(["contents", ...entries, end.buffer].map((part, place) => (place === 0 ? "content" : part)));
}

test("the names in a ZIP file are read in the browser", async () => {
  expect(await namesInZip(zipOf(["a/1.dcm", "홍길동.png"]))).toEqual(["a/1.dcm", "홍길동.png"]);
  expect(await namesInZip(new Blob(["no zip"]))).toEqual([]);
  expect(await namesInZip(new Blob([]))).toEqual([]);
});

test("each image is remembered under the name of its own file", async () => {
  const files = [
    { file: new File([], "one.png"), path: "new/one.png" },
    { file: new File([zipOf(["x.dcm", "y.dcm"])], "disc.zip"), path: "disc.zip" },
  ];
  const images = [
    { image: 1, file: 1, member: 1 },
    { image: 2, file: 0, member: null },
  ];
  await remember("r", images, files);
  expect([...(namesOf("r") ?? [])]).toEqual([
    [1, "disc.zip › y.dcm"],
    [2, "new/one.png"],
  ]);
  forget("r");
  expect(namesOf("r")).toBeUndefined();
});

test("a table with names has each name in its own row, and no formula", () => {
  const csv = '\ufeffimage,notices\r\n1,"a\r\nb"\r\n2,\r\n';
  const names = new Map([
    [1, '=one".png'],
    [2, "two.png"],
  ]);
  expect(withNames(csv, names)).toBe('\ufefffile,image,notices\r\n"\'=one"".png",1,"a\r\nb"\r\n"two.png",2,\r\n');
});
