import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer, api } from "../api/client";
import { Button, Notice, Problem, Skeleton } from "../parts";
import { useWords } from "../words";
import style from "./Import.module.css";
import { words } from "./importWords";

const KEY = ["protocol"];

/** The protocol, until it is confirmed; then what may be done. */
export function AfterProtocol({ children }: { children: ReactNode }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [again, showAgain] = useState(false);
  const { data, error } = useQuery({ queryKey: KEY, queryFn: () => answer(api.GET("/api/protocol")) });
  const confirm = useMutation({
    mutationFn: (sha256: string) => answer(api.POST("/api/protocol/acknowledge", { body: { sha256 } })),
    onSuccess: (told) => {
      client.setQueryData(KEY, told);
      showAgain(false);
    },
    onError: () => client.invalidateQueries({ queryKey: KEY }),
  });
  if (!data) return error ? <Problem of={error} /> : <Skeleton lines={6} />;
  if (data.acknowledged && !again)
    return (
      <div className={style.sections}>
        {children}
        <p className={style.soft}>
          {t.confirmed}{" "}
          <Button kind="quiet" onClick={() => showAgain(true)}>
            {t.showAgain}
          </Button>
        </p>
      </div>
    );
  return (
    <section className={style.protocol}>
      <h2>{t.protocolTitle}</h2>
      <Notice>{t.protocolAbout}</Notice>
      <p className={style.soft}>
        {t.protocolName(data.name)} · <code>{data.sha256.slice(0, 16)}</code>
      </p>
      {data.sections.map(({ title, paragraphs }) => (
        <section key={title}>
          <h3>{title}</h3>
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </section>
      ))}
      <details>
        <summary>{t.rules(data.rules.length)}</summary>
        <ol>
          {data.rules.map((rule) => (
            <li key={rule.name}>
              <strong>{rule.name}</strong> {rule.sentence} <small>{rule.reference}</small>
            </li>
          ))}
        </ol>
      </details>
      <section>
        <h3>{t.afterwards}</h3>
        {data.after.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </section>
      <Problem of={confirm.error} />
      <div>
        <Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate(data.sha256)}>
          {t.confirm}
        </Button>
      </div>
    </section>
  );
}
