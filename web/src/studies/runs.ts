import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { Job } from "./study";

const AGAIN_MS = 1000;

/** Whether a job waits or works. */
export const isWorking = (job: Job | null | undefined): boolean => job?.state === "running" || job?.state === "waiting";

/** The last run of a study that was asked for here; asked for again as long as it works. */
export function useRun(slug: string) {
  return useQuery({
    queryKey: ["study run", slug],
    queryFn: async () => {
      const jobs = await answer(api.GET("/api/jobs", { params: { query: { study: slug, limit: 50 } } }));
      return jobs.items.find((job) => job.kind === "run") ?? null;
    },
    refetchInterval: (query) => (isWorking(query.state.data) ? AGAIN_MS : false),
  });
}

/** The name of the last finished run of a study, wherever it was run; null where there is none. */
export function useFinishedRun(slug: string) {
  return useQuery({
    queryKey: ["result runs", slug, "finished"],
    queryFn: async () => {
      const runs = await answer(api.GET("/api/results", { params: { query: { study: slug, limit: 20 } } }));
      return runs.items.find((row) => row.state === "finished")?.run ?? null;
    },
  });
}

/** The job that makes the films of a study of the phantom hospital; null where none works. */
export function useMaking(slug: string) {
  return useQuery({
    queryKey: ["study making", slug],
    queryFn: async () => {
      const asked = { params: { query: { study: slug, unfinished: true, limit: 50 } } };
      const jobs = await answer(api.GET("/api/jobs", asked));
      return jobs.items.find((job) => job.kind === "phantom") ?? null;
    },
    refetchInterval: (query) => (isWorking(query.state.data) ? AGAIN_MS : false),
    retry: false,
  });
}
