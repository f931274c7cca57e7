import { changeHeaders, languageHeader, refused } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { MarkEvent } from "./history";
import type {
  AcceptedCase,
  CaseLine,
  CaseRow,
  Course,
  HistoryItem,
  Marking,
  PersonProgress,
  Project,
  Submitted,
  Worklist,
} from "./marking";
import type { Answer } from "./saving";
import type { Shape } from "./shapes";

const ROOT = "/api/annotation";

async function asked<Data>(path: string, init?: RequestInit): Promise<Data> {
  let response: Response;
  try {
    response = await fetch(`${ROOT}${path}`, { ...init, headers: { ...languageHeader(), ...init?.headers } });
  } catch {
    throw new ApiProblem(0, "");
  }
  await refused(response);
  return (response.status === 204 ? null : await response.json()) as Data;
}

const posted = <Data>(path: string, body: unknown): Promise<Data> =>
  asked<Data>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...changeHeaders() },
    body: JSON.stringify(body),
  });

const query = (values: Record<string, string | number | undefined>): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();

/** What the annotation pages ask of the server. */
export const annotation = {
  worklist: (state: "open" | "submitted", after?: number, limit = 200) =>
    asked<Worklist>(`/worklist?${query({ state, after, limit })}`),
  marking: (id: number) => asked<Marking>(`/markings/${id}`),
  send: (id: number, client: string, revision: number, events: readonly MarkEvent[]) =>
    posted<Answer>(`/markings/${id}/events`, {
      client,
      revision,
      events: events.map(({ client: _own, ...event }) => event),
    }),
  interpolate: (id: number, lesion: string, from: number, to: number) =>
    posted<{ shapes: Record<string, Shape> }>(`/markings/${id}/interpolate`, { lesion, from, to }),
  submit: (id: number, revision: number, seconds: number) =>
    posted<Submitted>(`/markings/${id}/submit`, { revision, seconds }),
  training: () => asked<{ courses: Course[] }>("/training"),
  beginTraining: (project: number, course: string) => posted<Course>("/training", { project, course }),
  projects: () => asked<{ items: Project[] }>("/projects?limit=200"),
  makeProject: (wished: Record<string, unknown>) => posted<Project>("/projects", wished),
  accepted: (project: number, after?: number) =>
    asked<{ items: AcceptedCase[]; next: number | null; total: number }>(
      `/projects/${project}/cases?${query({ stage: "accepted", after, limit: 200 })}`,
    ),
  teachWith: (project: number, name: string, course: string) =>
    posted<null>(`/projects/${project}/training-cases`, { case: name, course }),
  outOfCourse: (project: number, name: string, reason: string) =>
    posted<null>(`/projects/${project}/training-cases/${name}/take-out`, { reason }),
  cases: (project: number, after?: number) =>
    asked<{ items: CaseRow[]; next: number | null; total: number }>(
      `/projects/${project}/cases?${query({ after, limit: 200 })}`,
    ),
  caseHistory: (project: number, name: string) =>
    asked<{ items: CaseLine[] }>(`/projects/${project}/cases/${name}/history`),
  takeOut: (project: number, name: string, reason: string) =>
    posted<unknown>(`/projects/${project}/cases/${name}/take-out`, { reason }),
  putBack: (project: number, name: string, reason: string) =>
    posted<unknown>(`/projects/${project}/cases/${name}/put-back`, { reason }),
  reopen: (id: number, reason: string) => posted<unknown>(`/markings/${id}/reopen`, { reason }),
  assign: (project: number) =>
    posted<{ assigned: number; waiting: { sentence: string }[] }>(`/projects/${project}/assign`, {}),
  progress: (project: number) => asked<{ people: PersonProgress[] }>(`/projects/${project}/progress`),
  bringIn(project: number, source: string, file: File) {
    const body = new FormData();
    body.append("file", file);
    body.append("source", source);
    return asked<{ lesions: number; images: number; notes: string[] }>(`/projects/${project}/import`, {
      method: "POST",
      headers: changeHeaders(),
      body,
    });
  },
  async history(id: number): Promise<HistoryItem[]> {
    const items: HistoryItem[] = [];
    let after: number | undefined;
    do {
      const page = await asked<{ items: HistoryItem[]; next: number | null }>(
        `/markings/${id}/history?${query({ after, limit: 200 })}`,
      );
      items.push(...page.items);
      after = page.next ?? undefined;
    } while (after);
    return items;
  },
};

/** Where a project's result is downloaded. */
export const exportAddress = (project: number, form: string): string =>
  `${ROOT}/projects/${project}/export?form=${form}`;
