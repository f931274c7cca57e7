import type { Window } from "./header";

export type PresetName = "lung" | "mediastinum" | "bone" | "brain";

/** The usual windows of CT in Hounsfield units. */
export const PRESETS: Record<PresetName, Window> = {
  lung: { center: -600, width: 1500, shape: "LINEAR" },
  mediastinum: { center: 40, width: 400, shape: "LINEAR" },
  bone: { center: 480, width: 2500, shape: "LINEAR" },
  brain: { center: 40, width: 80, shape: "LINEAR" },
};
