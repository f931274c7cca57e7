import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answer, api } from "../api/client";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { RoleChoice, type RoleName } from "./Roles";
import style from "./Settings.module.css";
import { words } from "./words";

/** Make an account for a person. */
export function NewPerson({ onDone }: { onDone: () => void }) {
  const t = useWords(words);
  const form = useId();
  const [given, setGiven] = useState({ name: "", password: "", roles: [] as RoleName[] });
  const add = useMutation({
    mutationFn: () => answer(api.POST("/api/people", { body: given })),
    onSuccess: onDone,
  });
  const actions = (
    <>
      <Button onClick={onDone}>{t.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={add.isPending} disabled={given.roles.length === 0}>
        {t.add}
      </Button>
    </>
  );
  return (
    <Dialog title={t.newPerson} onClose={onDone} actions={actions}>
      <form
        id={form}
        className={style.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Field
          label={t.name}
          required
          maxLength={100}
          autoComplete="off"
          value={given.name}
          onChange={(event) => setGiven({ ...given, name: event.target.value })}
        />
        <Field
          label={t.firstPassword}
          hint={t.firstPasswordHint}
          type="password"
          autoComplete="new-password"
          required
          maxLength={1000}
          value={given.password}
          onChange={(event) => setGiven({ ...given, password: event.target.value })}
        />
        <RoleChoice chosen={given.roles} onChoose={(roles) => setGiven({ ...given, roles })} />
        <Problem of={add.error} />
      </form>
    </Dialog>
  );
}
