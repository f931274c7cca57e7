/** One of the server's events: its number, its name, and what it says. */
export interface ServerEvent {
  id: string;
  name: string;
  data: unknown;
}

/** The whole events of a text (HTML Living Standard 9.2), and what of it belongs to one that has not come whole. */
export function readEvents(text: string): { events: ServerEvent[]; rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.flatMap(readEvent), rest };
}

function readEvent(block: string): ServerEvent[] {
  const said: Record<string, string[]> = {};
  for (const line of block.split("\n")) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field) said[field] = [...(said[field] ?? []), value];
  }
  if (!said.data) return [];
  return [{ id: said.id?.at(-1) ?? "", name: said.event?.at(-1) ?? "message", data: read(said.data.join("\n")) }];
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
