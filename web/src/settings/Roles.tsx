import { useCallback } from "react";
import type { components } from "../api/schema";
import { Tick } from "../parts/Field";
import { useWords } from "../words";
import { roleWords } from "./roleWords";
import style from "./Settings.module.css";
import { words } from "./words";

export type RoleName = components["schemas"]["AccountRow"]["roles"][number];

const ROLES: readonly RoleName[] = [
  "administrator",
  "data_manager",
  "annotator",
  "specialist",
  "adjudicator",
  "researcher",
  "viewer",
];

const isRole = (name: string): name is RoleName => ROLES.some((role) => role === name);

/** The names of roles, in the language that is chosen. */
export function useRoleNames(): (roles: readonly string[]) => string {
  const t = useWords(roleWords);
  return useCallback((roles) => roles.map((role) => (isRole(role) ? t[role] : role)).join(", "), [t]);
}

export function Roles({ roles }: { roles: readonly string[] }) {
  const named = useRoleNames();
  return <p>{named(roles)}</p>;
}

interface Choosing {
  chosen: readonly RoleName[];
  disabled?: boolean;
  onChoose: (roles: RoleName[]) => void;
}

/** The roles to tick for an account. */
export function RoleChoice({ chosen, disabled, onChoose }: Choosing) {
  const t = useWords(words);
  const named = useWords(roleWords);
  return (
    <fieldset className={style.group} disabled={disabled}>
      <legend>{t.roles}</legend>
      {ROLES.map((role) => (
        <Tick
          key={role}
          label={named[role]}
          checked={chosen.includes(role)}
          onTick={(on) => onChoose(on ? [...chosen, role] : chosen.filter((one) => one !== role))}
        />
      ))}
    </fieldset>
  );
}
