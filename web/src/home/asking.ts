import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { useRights } from "../api/session";

/** The studies that were changed last. */
export function useLastStudies() {
  const may = useRights();
  return useQuery({
    queryKey: ["studies", "last"],
    queryFn: () => answer(api.GET("/api/studies", { params: { query: { limit: 5 } } })),
    enabled: may("see_studies"),
  });
}

/** How much the archive holds. */
export function useHoldings() {
  const may = useRights();
  return useQuery({
    queryKey: ["archive", "statistics"],
    queryFn: () => answer(api.GET("/api/archive/statistics")),
    enabled: may("see_archive"),
  });
}
