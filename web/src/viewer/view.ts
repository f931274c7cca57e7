/** Where the image lies on the screen: fitted, then turned, mirrored, enlarged and moved. */
export interface View {
  /** 1 is fitted to the screen. */
  zoom: number;
  /** Screen pixels by which the centre of the image is moved. */
  moved: readonly [number, number];
  /** Clockwise, in degrees. */
  turned: 0 | 90 | 180 | 270;
  mirrored: boolean;
}

export const FITTED: View = { zoom: 1, moved: [0, 0], turned: 0, mirrored: false };
export const LEAST_ZOOM = 0.1;
export const GREATEST_ZOOM = 40;

/** x' = a x + c y + e, y' = b x + d y + f: from image coordinates to the screen. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

export interface Size {
  width: number;
  height: number;
}

/** An image as it is shown: its pixels, and how wide and high one is (any unit; never squeezed). */
export interface Shown {
  columns: number;
  rows: number;
  /** Height of a pixel, width of a pixel. */
  spacing: readonly [number, number];
}

/** From image coordinates (0, 0 is the corner of the first pixel) to the screen. */
export function placed(view: View, image: Shown, screen: Size): Affine {
  const [high, wide] = image.spacing;
  const ratio = high / wide;
  const across = view.turned % 180 !== 0;
  const width = across ? image.rows * ratio : image.columns;
  const height = across ? image.columns : image.rows * ratio;
  const scale = Math.min(screen.width / width, screen.height / height) * view.zoom;
  const angle = (view.turned * Math.PI) / 180;
  const cos = Math.round(Math.cos(angle)) * scale;
  const sin = Math.round(Math.sin(angle)) * scale;
  const flip = view.mirrored ? -1 : 1;
  const a = cos * flip;
  const b = sin * flip;
  const c = -sin * ratio;
  const d = cos * ratio;
  const [x, y] = [image.columns / 2, image.rows / 2];
  return {
    a,
    b,
    c,
    d,
    e: screen.width / 2 + view.moved[0] - a * x - c * y,
    f: screen.height / 2 + view.moved[1] - b * x - d * y,
  };
}

export type Point = [number, number];

export const apply = ({ a, b, c, d, e, f }: Affine, [x, y]: readonly [number, number]): Point => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** From the screen to image coordinates. */
export function inverse({ a, b, c, d, e, f }: Affine): Affine {
  const whole = a * d - b * c;
  return {
    a: d / whole,
    b: -b / whole,
    c: -c / whole,
    d: a / whole,
    e: (c * f - d * e) / whole,
    f: (b * e - a * f) / whole,
  };
}

/** Enlarge so that what is under a point of the screen stays there. */
export function zoomedAt(view: View, by: number, [x, y]: readonly [number, number], screen: Size): View {
  const zoom = Math.min(GREATEST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * by));
  const real = zoom / view.zoom;
  const from = [x - screen.width / 2, y - screen.height / 2] as const;
  return {
    ...view,
    zoom,
    moved: [from[0] - (from[0] - view.moved[0]) * real, from[1] - (from[1] - view.moved[1]) * real],
  };
}

/** The letters of where rows and columns lead: on the screen's left, right, top and bottom. */
export function edgeLetters(
  along: { row: string; column: string } | null,
  view: View,
): { left: string; right: string; top: string; bottom: string } | null {
  if (!along) return null;
  const opposite = (letters: string) =>
    letters
      .split("")
      .map((letter) => ({ L: "R", R: "L", A: "P", P: "A", H: "F", F: "H" })[letter] ?? letter)
      .join("");
  const right = view.mirrored ? opposite(along.row) : along.row;
  const bottom = along.column;
  const around = [right, bottom, opposite(right), opposite(bottom)] as const;
  const at = (place: number) => around[(place - view.turned / 90 + 8) % 4] as string;
  return { right: at(0), bottom: at(1), left: at(2), top: at(3) };
}

/** The letters of a direction in patient coordinates (LPS): the strongest first, weak ones left out. */
export function lettersOf([x, y, z]: readonly [number, number, number]): string {
  const parts: [number, string][] = [
    [Math.abs(x), x > 0 ? "L" : "R"],
    [Math.abs(y), y > 0 ? "P" : "A"],
    [Math.abs(z), z > 0 ? "H" : "F"],
  ];
  return parts
    .filter(([size]) => size > 0.2)
    .sort(([one], [other]) => other - one)
    .map(([, letter]) => letter)
    .join("");
}

/** A length of 1, 2 or 5 times a power of ten that takes about a fifth of the screen: [millimetres, pixels]. */
export function scaleBar(pixelsPerMillimetre: number, screen: Size): [number, number] {
  const wished = screen.width / 5 / pixelsPerMillimetre;
  const power = 10 ** Math.floor(Math.log10(wished));
  const length = ([5, 2, 1].find((times) => times * power <= wished) ?? 1) * power;
  return [length, length * pixelsPerMillimetre];
}
