/** What the server refused, in its own sentence. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** The HTTP status; 0 where the server could not be reached. */
    readonly status: number,
    /** What was found, where, what to do. */
    readonly sentence: string,
    /** For each field of a form that was not right, what is wrong with it. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** The whole answer, for pages that show more of it than the sentence. */
    readonly body: unknown = null,
  ) {
    super(sentence);
  }
}

/** The problem that an answer tells of, whatever its body is. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const told = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const sentence = typeof told.sentence === "string" ? told.sentence : "";
  return new ApiProblem(status, sentence, fieldsOf(told.fields), body);
}

function fieldsOf(fields: unknown): Record<string, string> {
  if (typeof fields !== "object" || fields === null) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, String(text)]));
}
