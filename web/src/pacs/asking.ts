import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

export type Peer = components["schemas"]["PeerRow"];
export type PullList = components["schemas"]["ListShown"];

export type Answers = components["schemas"]["AnswersShown"];
export type StudyAnswer = components["schemas"]["StudyAnswer"];
export type ListRow = components["schemas"]["ListRow"];

export const PEERS = ["pacs", "peers"];
export const LISTS = ["pacs", "lists"];

/** The peers that are known, and who we are to them. */
export function usePeers() {
  return useQuery({ queryKey: PEERS, queryFn: () => answer(api.GET("/api/pacs/peers")) });
}

/** Whether this person has read what is done to images that come in. */
export function useProtocolRead() {
  return useQuery({ queryKey: ["protocol"], queryFn: () => answer(api.GET("/api/protocol")) }).data?.acknowledged;
}

/** The lists that are kept; others may sign them meanwhile. */
export function useLists() {
  return useQuery({ queryKey: LISTS, queryFn: () => answer(api.GET("/api/pacs/lists")), refetchInterval: 15_000 });
}
