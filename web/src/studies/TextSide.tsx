import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answer, api } from "../api/client";
import { Button, Notice, TextArea } from "../parts";
import { useWords } from "../words";
import style from "./studies.module.css";
import type { Hand } from "./study";
import { words } from "./words";

const PAUSE_MS = 700;

/** The study file beside the sentences, both ways; what cannot be read yet is kept and said. */
export function TextSide({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const kept = hand.study.draft ?? hand.study.text;
  const [text, setText] = useState(kept);
  const typed = useRef(false);
  // What was changed elsewhere is shown, as long as nobody types here.
  useEffect(() => {
    if (!typed.current) setText(kept);
  }, [kept]);
  const latest = useRef(hand);
  latest.current = hand;
  useEffect(() => {
    if (!typed.current) return;
    const timer = setTimeout(() => {
      typed.current = false;
      void latest.current.write(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const forgetting = useMutation({
    mutationFn: () => answer(api.DELETE("/api/studies/{slug}/draft", { params: { path: { slug: hand.study.slug } } })),
    onSuccess: (study) => {
      hand.adopt(study);
      setText(study.text);
    },
  });
  const wrong = hand.study.draft === null ? hand.study.problem : hand.study.draft_problem;
  return (
    <aside className={style.text}>
      <TextArea
        label={t.textOfStudy}
        value={text}
        readOnly={!hand.canChange}
        spellCheck={false}
        onChange={(event) => {
          typed.current = true;
          setText(event.target.value);
        }}
        onBlur={() => {
          if (!typed.current) return;
          typed.current = false;
          void hand.write(text);
        }}
      />
      {wrong && (
        <Notice kind="warning" title={wrong.line === null ? "" : t.line(wrong.line)}>
          {wrong.sentence}
        </Notice>
      )}
      {hand.study.draft !== null && (
        <Notice action={<Button onClick={() => forgetting.mutate()}>{t.forgetDraft}</Button>}>{t.draftKept}</Notice>
      )}
    </aside>
  );
}
