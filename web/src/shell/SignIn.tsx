import { useState } from "react";
import type { Session } from "../api/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { LanguageSwitch } from "./LanguageSwitch";
import style from "./SignIn.module.css";
import { goToProvider, useSignIn } from "./signing";
import { words } from "./words";

interface Properties {
  session: Session;
  /** Somebody was signed in on this page until just now. */
  ended: boolean;
}

/** Where nobody is signed in: name and password, or how one enters here. The address stays, and is opened afterwards. */
export default function SignIn({ session, ended }: Properties) {
  const t = useWords(words);
  return (
    <main className={style.page}>
      <div className={style.language}>
        <LanguageSwitch />
      </div>
      {session.accounts ? (
        <Page title={t.signInTitle} width="reading">
          {ended && <Notice>{t.ended}</Notice>}
          <ByPassword />
          {session.provider && <Button onClick={goToProvider}>{t.signInBy(session.provider)}</Button>}
        </Page>
      ) : (
        <Page title={t.enterTitle} about={t.enter} width="reading">
          {null}
        </Page>
      )}
    </main>
  );
}

function ByPassword() {
  const t = useWords(words);
  const signIn = useSignIn();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ name, password });
      }}
    >
      <Field
        label={t.name}
        name="name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={1000}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Problem of={signIn.error} />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        {t.signIn}
      </Button>
    </form>
  );
}
