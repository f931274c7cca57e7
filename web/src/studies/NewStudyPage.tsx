import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { answer, api } from "../api/client";
import { Button, Field, Page, Problem } from "../parts";
import { useWords } from "../words";
import { words } from "./words";

/** A study begins with its question. */
export default function NewStudyPage() {
  const t = useWords(words);
  const [, go] = useLocation();
  const [title, setTitle] = useState("");
  const making = useMutation({
    mutationFn: () => answer(api.POST("/api/studies", { body: { title } })),
    onSuccess: (study) => go(`/studies/${study.slug}`, { replace: true }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) making.mutate();
  };
  return (
    <Page title={t.newStudy} width="reading">
      <form onSubmit={submit} style={{ display: "grid", gap: "var(--space-4)", justifyItems: "start" }}>
        <div style={{ width: "100%" }}>
          <Field
            label={t.question}
            hint={t.questionHint}
            value={title}
            maxLength={300}
            autoFocus
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <Button type="submit" kind="primary" busy={making.isPending} disabled={!title.trim()}>
          {t.begin}
        </Button>
      </form>
      <Problem of={making.error} />
    </Page>
  );
}
