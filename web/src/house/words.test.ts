import { describe, expect, it } from "vitest";
import { keysOfWords, textsOutsideWords } from "./reading";

const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.{ts,tsx}", "!../house/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const SERVER = import.meta.glob<string>("../../../src/hilum/**/*.py", {
  query: "?raw",
  import: "default",
  eager: true,
});
const server = Object.values(SERVER).join("\n");
const files = Object.entries(SOURCES).map(([path, source]) => ({ path: path.replace(/^\.\.\//, ""), source }));
const wordFiles = files.filter(({ path }) => /(^|\/)(\w+W|w)ords\.ts$/.test(path) && path !== "words.ts");

/**
 * Whether a key is said somewhere: `t.key`, as a text of its own, by a template that begins or ends like it, or,
 * where the words are looked up by what the server answers (`t[right]`), as a value of the server.
 */
function isSaid(key: string, source: string): boolean {
  if (/\w\[\w+(\.\w+)*\]/.test(source) && server.includes(`"${key}"`)) return true;
  if (new RegExp(`[.?]\\.?${key}\\b|["'\`]${key}["'\`]|\\b${key}:`).test(source)) return true;
  const built = [...source.matchAll(/\[`(\w*)\$\{[^`]*\}(\w*)`\]/g)];
  return built.some(([, start = "", end = ""]) => start + end !== "" && key.startsWith(start) && key.endsWith(end));
}

describe("the words of the screens", () => {
  it("are there", () => expect(wordFiles.length).toBeGreaterThan(2));

  it.each(wordFiles)("$path has every key in English and in Korean", ({ source }) => {
    const { en, ko } = keysOfWords(source);
    expect(en.length).toBeGreaterThan(0);
    expect([...ko].sort()).toEqual([...en].sort());
  });

  it.each(wordFiles)("$path has no key that nobody says", ({ path, source }) => {
    const area = path.slice(0, path.lastIndexOf("/") + 1);
    const name = path.slice(area.length, -3);
    const sayers = files.filter((one) => one.path !== path && new RegExp(`from "[^"]*/${name}"`).test(one.source));
    const near = files.filter((one) => one.path !== path && one.path.startsWith(area));
    const text = [...new Set([...sayers, ...near])].map((one) => one.source).join("\n");
    expect(keysOfWords(source).en.filter((key) => !isSaid(key, text))).toEqual([]);
  });

  it.each(files.filter(({ path }) => path.endsWith(".tsx")))("$path says nothing outside words", ({ source }) => {
    expect(textsOutsideWords(source)).toEqual([]);
  });
});

describe("the reader of texts", () => {
  it.each([
    "<p>Hello there</p>",
    '<input placeholder="Name" />',
    "<b>{on ? 'Yes please' : null}</b>",
    "<b>{`${n} images`}</b>",
    'const columns = [{ key: "a", header: "Patient" }]',
  ])("finds the text in %s", (source) => expect(textsOutsideWords(source)).toHaveLength(1));
  it.each([
    "<p>{t.hello}</p>",
    '<input type="search" name="patient" />',
    "<b>{kind === 'done' && t.done}</b>",
    "<b>{`${n} mm`}</b>",
  ])("finds none in %s", (source) => expect(textsOutsideWords(source)).toEqual([]));
});
