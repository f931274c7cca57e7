import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answer, api } from "../api/client";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field, Tick } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import type { AccountRow } from "./People";
import { RoleChoice } from "./Roles";
import style from "./Settings.module.css";
import { words } from "./words";

/** Give an account other roles or another password, close it or open it again. */
export function ChangedPerson({ account, onDone }: { account: AccountRow; onDone: () => void }) {
  const t = useWords(words);
  const form = useId();
  const [roles, setRoles] = useState(account.roles);
  const [disabled, setDisabled] = useState(account.disabled);
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => {
      const own = account.provider ? {} : { roles, ...(password ? { password } : {}) };
      const path = { number: account.id };
      return answer(api.PATCH("/api/people/{number}", { params: { path }, body: { ...own, disabled } }));
    },
    onSuccess: onDone,
  });
  const actions = (
    <>
      <Button onClick={onDone}>{t.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={change.isPending} disabled={roles.length === 0}>
        {t.save}
      </Button>
    </>
  );
  return (
    <Dialog title={t.changeTitle(account.name)} onClose={onDone} actions={actions}>
      <form
        id={form}
        className={style.form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {account.provider && <Notice>{t.byProvider}</Notice>}
        <RoleChoice chosen={roles} disabled={account.provider} onChoose={setRoles} />
        {!account.provider && (
          <Field
            label={t.anotherPassword}
            hint={t.anotherPasswordHint}
            type="password"
            autoComplete="new-password"
            maxLength={1000}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
        <Tick label={t.closed} checked={disabled} onTick={setDisabled} />
        {disabled && !account.disabled && <Notice kind="warning">{t.closing}</Notice>}
        <Problem of={change.error} />
      </form>
    </Dialog>
  );
}
