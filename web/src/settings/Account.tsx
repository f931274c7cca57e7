import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { useSession } from "../api/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { Roles } from "./Roles";
import style from "./Settings.module.css";
import { words } from "./words";

/** The own account: its roles, and another password. */
export function Account() {
  const t = useWords(words);
  const person = useSession().data?.person;
  if (!person) return null;
  return (
    <div className={style.form}>
      <h2>{t.signedInAs(person.name)}</h2>
      <Roles roles={person.roles} />
      <Password name={person.name} />
    </div>
  );
}

function Password({ name }: { name: string }) {
  const t = useWords(words);
  const [given, setGiven] = useState({ old: "", new: "" });
  const change = useMutation({
    mutationFn: (body: typeof given) => api.POST("/api/session/password", { body }),
    onSuccess: () => setGiven({ old: "", new: "" }),
  });
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(given);
      }}
    >
      <h2>{t.passwordTitle}</h2>
      <input type="hidden" autoComplete="username" value={name} readOnly />
      <Field
        label={t.oldPassword}
        type="password"
        autoComplete="current-password"
        required
        maxLength={1000}
        value={given.old}
        onChange={(event) => setGiven({ ...given, old: event.target.value })}
      />
      <Field
        label={t.newPassword}
        hint={t.passwordAbout}
        type="password"
        autoComplete="new-password"
        required
        maxLength={1000}
        value={given.new}
        onChange={(event) => setGiven({ ...given, new: event.target.value })}
      />
      <Problem of={change.error} />
      {change.isSuccess && <Notice kind="good">{t.passwordChanged}</Notice>}
      <Button type="submit" kind="primary" busy={change.isPending}>
        {t.changePassword}
      </Button>
    </form>
  );
}
