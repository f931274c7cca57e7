import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { answer, api } from "../api/client";
import { Button, Confirm, Dialog, moment, Problem, Select } from "../parts";
import { useWords } from "../words";
import { Difference } from "./Difference";
import style from "./studies.module.css";
import type { Hand } from "./study";
import { words } from "./words";

/** Earlier states, sharing, duplicating and putting away. */
export function More({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [open, setOpen] = useState<"history" | "share" | "away" | null>(null);
  const slug = hand.study.slug;
  const path = { params: { path: { slug } } };
  const duplicating = useMutation({
    mutationFn: () => answer(api.POST("/api/studies/{slug}/duplicate", { ...path, body: { title: hand.study.title } })),
    onSuccess: (study) => go(`/studies/${study.slug}`),
  });
  const moving = useMutation({
    mutationFn: (archived: boolean) => answer(api.PUT("/api/studies/{slug}/archived", { ...path, body: { archived } })),
    onSuccess: (row) => {
      hand.adopt({ ...hand.study, archived: row.archived });
      setOpen(null);
    },
  });
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen("history")}>
        {t.history}
      </Button>
      {hand.study.mine && (
        <Button kind="quiet" onClick={() => setOpen("share")}>
          {t.share}
        </Button>
      )}
      <Button kind="quiet" onClick={() => duplicating.mutate()}>
        {t.duplicate}
      </Button>
      {hand.study.mine && (
        <Button kind="quiet" onClick={() => (hand.study.archived ? moving.mutate(false) : setOpen("away"))}>
          {hand.study.archived ? t.bringBack : t.putAway}
        </Button>
      )}
      <Problem of={duplicating.error ?? moving.error} />
      {open === "history" && <History hand={hand} onClose={() => setOpen(null)} />}
      {open === "share" && <Sharing slug={slug} onClose={() => setOpen(null)} />}
      {open === "away" && (
        <Confirm
          title={t.putAwayAsk}
          yes={t.putAway}
          busy={moving.isPending}
          onYes={() => moving.mutate(true)}
          onNo={() => setOpen(null)}
        >
          {t.putAwayAbout}
        </Confirm>
      )}
    </>
  );
}

function History({ hand, onClose }: { hand: Hand; onClose: () => void }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const [shown, setShown] = useState<number | null>(null);
  const list = useQuery({
    queryKey: ["study states", slug, hand.study.tag],
    queryFn: () => answer(api.GET("/api/studies/{slug}/revisions", { params: { path: { slug } } })),
  });
  const one = useQuery({
    queryKey: ["study state", slug, shown],
    queryFn: () =>
      answer(api.GET("/api/studies/{slug}/revisions/{number}", { params: { path: { slug, number: shown ?? 1 } } })),
    enabled: shown !== null,
  });
  const back = useMutation({
    mutationFn: (number: number) =>
      answer(
        api.POST("/api/studies/{slug}/revisions/{number}/restore", {
          params: { path: { slug, number } },
          body: { tag: hand.study.tag },
        }),
      ),
    onSuccess: (study) => {
      hand.adopt(study);
      onClose();
    },
  });
  return (
    <Dialog title={t.history} onClose={onClose} wide>
      <Problem of={list.error ?? one.error ?? back.error} />
      <ul className={style.plain}>
        {(list.data ?? []).map((state) => (
          <li key={state.number}>
            <div className={style.row}>
              <span>
                {t.state(state.number)} · {moment(state.at)} · {state.name || t.outside}{" "}
                {state.name && `· ${state.what}`}
              </span>
              <Button
                kind="quiet"
                aria-label={`${t.show} ${t.state(state.number)}`}
                onClick={() => setShown(state.number)}
              >
                {t.show}
              </Button>
            </div>
            {shown === state.number && one.data && (
              <>
                <Difference before={hand.study.text} after={one.data.text} />
                {hand.canChange && <Button onClick={() => back.mutate(state.number)}>{t.backTo}</Button>}
              </>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Sharing({ slug, onClose }: { slug: string; onClose: () => void }) {
  const t = useWords(words);
  const people = useQuery({
    queryKey: ["study people", slug],
    queryFn: () => answer(api.GET("/api/studies/{slug}/people", { params: { path: { slug } } })),
  });
  const names = useQuery({ queryKey: ["names"], queryFn: () => answer(api.GET("/api/people/names")) });
  const giving = useMutation({
    mutationFn: ({ number, may }: { number: number; may: "see" | "change" | null }) =>
      answer(api.PUT("/api/studies/{slug}/people/{number}", { params: { path: { slug, number } }, body: { may } })),
    onSuccess: () => void people.refetch(),
  });
  const shared = people.data ?? [];
  const others = (names.data ?? []).filter((one) => !shared.some((each) => each.id === one.id));
  const choices = [
    { value: "see", text: t.maySee },
    { value: "change", text: t.mayChange },
    { value: "", text: t.noMore },
  ] as const;
  return (
    <Dialog title={t.share} onClose={onClose}>
      <Problem of={people.error ?? names.error ?? giving.error} />
      {shared.length === 0 && <p>{t.nobody}</p>}
      {shared.map((one) => (
        <Select
          key={one.id}
          label={one.name}
          value={one.may}
          choices={choices}
          onChoose={(may) => giving.mutate({ number: one.id, may: may || null })}
        />
      ))}
      <Select
        label={t.shareWith}
        value=""
        choices={[{ value: "", text: t.choose }, ...others.map((one) => ({ value: String(one.id), text: one.name }))]}
        onChoose={(value) => value && giving.mutate({ number: Number(value), may: "see" })}
      />
    </Dialog>
  );
}
