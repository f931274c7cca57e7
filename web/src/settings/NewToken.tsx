import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answer, api } from "../api/client";
import { type Right, useSession } from "../api/session";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field, Tick } from "../parts/Field";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { rightWords } from "./roleWords";
import style from "./Settings.module.css";
import { words } from "./words";

interface Properties {
  onMade: () => void;
  onClose: () => void;
}

/** Make a token; what it consists of is shown once. */
export function NewToken({ onMade, onClose }: Properties) {
  const t = useWords(words);
  const named = useWords(rightWords);
  const form = useId();
  const rights = useSession().data?.person?.rights ?? [];
  const [given, setGiven] = useState({ label: "", days: 90, scopes: [] as Right[] });
  const make = useMutation({
    mutationFn: () => answer(api.POST("/api/tokens", { body: given })),
    onSuccess: onMade,
  });
  if (make.data) return <MadeToken secret={make.data.token} onClose={onClose} />;
  const actions = (
    <>
      <Button onClick={onClose}>{t.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={make.isPending} disabled={given.scopes.length === 0}>
        {t.make}
      </Button>
    </>
  );
  return (
    <Dialog title={t.newToken} onClose={onClose} actions={actions}>
      <form
        id={form}
        className={style.form}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field
          label={t.label}
          required
          maxLength={100}
          value={given.label}
          onChange={(event) => setGiven({ ...given, label: event.target.value })}
        />
        <Field
          label={t.days}
          type="number"
          min={1}
          max={366}
          required
          value={given.days}
          onChange={(event) => setGiven({ ...given, days: event.target.valueAsNumber || 1 })}
        />
        <fieldset className={style.group}>
          <legend>{t.scopes}</legend>
          {rights.map((right) => (
            <Tick
              key={right}
              label={named[right]}
              checked={given.scopes.includes(right)}
              onTick={(on) =>
                setGiven({
                  ...given,
                  scopes: on ? [...given.scopes, right] : given.scopes.filter((one) => one !== right),
                })
              }
            />
          ))}
        </fieldset>
        <Problem of={make.error} />
      </form>
    </Dialog>
  );
}

function MadeToken({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useWords(words);
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title={t.madeTitle} onClose={onClose}>
      <p>{t.madeAbout}</p>
      <code className={style.secret}>{secret}</code>
      <Button onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
        {copied ? t.copied : t.copy}
      </Button>
    </Dialog>
  );
}
