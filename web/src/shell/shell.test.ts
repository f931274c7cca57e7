import { describe, expect, it } from "vitest";
import type { PageEntry } from "../pages";
import { firstLanguage } from "./language";
import { mayOpen, placesFor } from "./places";

const load = () => Promise.reject(new Error("not opened here"));
const pages: PageEntry[] = [
  { path: "/archive", rail: "archive", right: "see_archive", load },
  { path: "/annotate", rail: "annotate", right: ["mark_lesions", "adjudicate"], load },
  { path: "/settings", rail: "settings", load },
];

describe("the rail", () => {
  it("shows the places for which there is a page and a right", () => {
    expect(placesFor(["adjudicate"], pages).map((place) => place.name)).toEqual(["annotate", "settings"]);
    expect(placesFor(["see_archive"], pages).map((place) => place.name)).toEqual(["archive", "settings"]);
  });
  it("opens a page without a right to everybody", () => expect(mayOpen({}, [])).toBe(true));
});

describe("the first language", () => {
  it("is the one that was chosen before", () => expect(firstLanguage("ko", ["en-US"])).toBe("ko"));
  it("else the browser's first of the two", () => {
    expect(firstLanguage(null, ["fr", "ko-KR", "en"])).toBe("ko");
    expect(firstLanguage("xx", ["de"])).toBe("en");
  });
});
