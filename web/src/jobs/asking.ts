import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

export type Job = components["schemas"]["JobRow"];
export type JobState = Job["state"];

const WORKING_MS = 2000;
const RESTING_MS = 15_000;

/** Whether a job waits or works. */
export const isUnfinished = (job: Pick<Job, "state">): boolean => job.state === "waiting" || job.state === "running";

/** The jobs that wait or work; asked for more often while there are some. */
export function useUnfinished() {
  return useQuery({
    queryKey: ["jobs", "unfinished"],
    queryFn: () => answer(api.GET("/api/jobs", { params: { query: { unfinished: true, limit: 20 } } })),
    refetchInterval: (query) => (query.state.data?.total ? WORKING_MS : RESTING_MS),
  });
}

/** One job; asked for while it waits or works. */
export function useJob(job: string | null) {
  return useQuery({
    queryKey: ["jobs", job],
    queryFn: () => answer(api.GET("/api/jobs/{job}", { params: { path: { job: job ?? "" } } })),
    enabled: job !== null,
    refetchInterval: (query) => (query.state.data && !isUnfinished(query.state.data) ? false : WORKING_MS),
  });
}

/** Stop a job, or go on with it. */
export function useJobChange(job: string) {
  const client = useQueryClient();
  const done = () => client.invalidateQueries({ queryKey: ["jobs"] });
  const path = { params: { path: { job } } };
  const cancel = useMutation({ mutationFn: () => answer(api.POST("/api/jobs/{job}/cancel", path)), onSuccess: done });
  const resume = useMutation({ mutationFn: () => answer(api.POST("/api/jobs/{job}/resume", path)), onSuccess: done });
  return { cancel, resume };
}
