import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { type Hand, type TableShown, useLook } from "../study";

export type Offers = components["schemas"]["SettingsOffered"];
export type ColumnShown = TableShown["columns"][number];

/** What the archive knows of images by which people are usually compared. */
const OF_IMAGES = ["sex", "view", "manufacturer"];
const MOST = 60;

/** Networks, measures and tables from which forms are filled. */
export function useOffers(hand: Hand): Offers | undefined {
  const slug = hand.study.slug;
  return useLook(slug, ["settings"], () =>
    answer(api.GET("/api/studies/{slug}/settings", { params: { path: { slug } } })),
  ).data;
}

/** The columns of a table beside the study; none where there is none. */
export function useTableColumns(hand: Hand, name: string): readonly ColumnShown[] {
  const slug = hand.study.slug;
  const look = useLook(
    slug,
    ["table", name],
    () => answer(api.GET("/api/studies/{slug}/tables/{name}", { params: { path: { slug, name } } })),
    name !== "",
  );
  return look.data?.columns ?? [];
}

/** The columns of the study's table that say something of a case: not who it is, nor what is asked for. */
export function useColumns(hand: Hand): { names: string[]; cut: boolean } {
  const { cohort, task } = hand.data;
  const taken = new Set([cohort?.patient, cohort?.case, cohort?.image, ...Object.values(task ?? {}).flat()]);
  const shown = useTableColumns(hand, cohort?.table ?? "");
  const own = shown
    .filter((column) => !taken.has(column.name) && !column.private && column.kind !== "empty")
    .map((column) => column.name);
  const images = cohort?.images === "archive" ? OF_IMAGES.filter((name) => !own.includes(name)) : [];
  return { names: [...own.slice(0, MOST), ...images], cut: own.length > MOST };
}
