import { headerOf, type Instance } from "./header";
import { range, type Slice, type Stored } from "./pixels";

interface Reader {
  load: typeof import("@cornerstonejs/core")["imageLoader"]["loadImage"];
  /** Gives the reader a file's bytes under a name. */
  take: (name: string, bytes: ArrayBuffer) => Promise<unknown>;
}

let reader: Promise<Reader> | null = null;
let asked = 0;

/** Cornerstone3D's DICOM reader and decoders, fetched when the first image is wanted; workers decode beside the page. */
async function started(): Promise<Reader> {
  const [core, loader] = await Promise.all([
    import("@cornerstonejs/core"),
    import("@cornerstonejs/dicom-image-loader"),
  ]);
  core.setUseCPURendering(true, false);
  loader.init({ maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)) });
  return { load: core.imageLoader.loadImage, take: loader.prefetchPart10Instance };
}

/** The image that will be seen first, already on its way. */
let early: { url: string; bytes: Promise<ArrayBuffer> } | null = null;

/**
 * Begin to fetch the reader, while the page still asks what there is to read.
 *
 * @param url of the image that will be seen first, if that is known by now
 */
export function warmUp(url = ""): void {
  reader ??= started();
  if (!url || early?.url === url) return;
  early = { url, bytes: bytesOf(url) };
  early.bytes.catch(() => undefined); // said when the image is wanted
}

async function bytesOf(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}

function begun(url: string): Promise<ArrayBuffer> {
  const bytes = early?.url === url ? early.bytes : bytesOf(url);
  early = null;
  return bytes;
}

interface Decoded {
  color: boolean;
  getPixelData: () => Stored | Uint8ClampedArray;
  data: Instance;
}

/**
 * Fetch and decode one image.
 *
 * @param url where its DICOM file is; the server gives each frame of a file with several as an image of its own
 */
export async function loadSlice(url: string): Promise<Slice> {
  reader ??= started();
  const [{ load, take }, bytes] = await Promise.all([reader, begun(url)]);
  asked += 1;
  // A name of its own each time: the reader keeps what it read under its name, and its pixels are let go below.
  const name = `wadouri:${url}#${asked}`;
  await take(name, bytes);
  const image = (await load(name, {
    priority: 0,
    requestType: "prefetch",
    preScale: { enabled: false },
  } as never)) as unknown as Decoded;
  const stored = image.getPixelData();
  const header = headerOf(image.data);
  letGo(image.data);
  if (image.color)
    return { header, stored: new Uint8Array(0), colour: threeBytes(stored, header), least: 0, greatest: 255 };
  const [least, greatest] = range(stored as Stored);
  return { header, stored: stored as Stored, colour: null, least, greatest };
}

function letGo(data: Instance): void {
  for (const key of Object.keys(data)) if (key === "PixelData") delete data[key];
}

function threeBytes(pixels: ArrayLike<number>, { rows, columns }: { rows: number; columns: number }): Uint8Array {
  const count = rows * columns;
  if (pixels.length === count * 3) return Uint8Array.from(pixels);
  const made = new Uint8Array(count * 3);
  for (let place = 0; place < count; place += 1)
    for (let part = 0; part < 3; part += 1) made[place * 3 + part] = pixels[place * 4 + part] ?? 0;
  return made;
}
