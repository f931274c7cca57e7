import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** One page of a list, as every list of the server comes. */
export interface Paged<Row, Cursor> {
  items: Row[];
  next?: Cursor | null;
  total?: number | null;
}

/**
 * A list that is fetched page by page, ready for `Table`: `const { table, error } = usePaged(key, fetchPage)`.
 *
 * @param queryKey what the list depends on: its name, its filter, its order
 * @param fetchPage the page after a cursor; the first page has none
 */
export function usePaged<Row, Cursor>(
  queryKey: QueryKey,
  fetchPage: (after: Cursor | undefined) => Promise<Paged<Row, Cursor>>,
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam as Cursor | undefined),
    initialPageParam: undefined as Cursor | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => (pages ?? []).flatMap((page) => page.items), [pages]);
  return {
    /** What `Table` needs: `<Table {...list.table} .../>`. */
    table: {
      rows,
      total: pages?.[0]?.total ?? undefined,
      onMore: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
      loading: query.isFetching,
    },
    error: query.error,
    refetch: query.refetch,
  };
}
