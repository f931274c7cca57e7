import { describe, expect, it } from "vitest";
import { readEvents } from "./stream";

describe("the server's events", () => {
  it("are read with number, name and content", () => {
    const { events, rest } = readEvents('id: 7\nevent: progress\ndata: {"done": 3}\n\n: still here\n\ndata: pl');
    expect(events).toEqual([{ id: "7", name: "progress", data: { done: 3 } }]);
    expect(rest).toBe("data: pl");
  });
  it("go on when the rest comes", () => {
    const { rest } = readEvents("data: one li");
    expect(readEvents(`${rest}ne\r\ndata: and more\r\n\r\n`).events[0]?.data).toBe("one line\nand more");
  });
});
