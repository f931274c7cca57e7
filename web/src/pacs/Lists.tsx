import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { Link } from "wouter";
import { answer, api, changeHeaders, refused } from "../api/client";
import { JobView } from "../jobs/JobView";
import { Button, Confirm, count, Field, FileDrop, moment, Notice, Problem, Select } from "../parts";
import { useWords } from "../words";
import { LISTS, type PullList, useLists, usePeers, useProtocolRead } from "./asking";
import { ListRows } from "./ListRows";
import style from "./Pacs.module.css";
import { words } from "./words";

/** Lists of patients to fetch: sent, checked by two people, fetched. */
export function Lists() {
  const t = useWords(words);
  const client = useQueryClient();
  const { data, error } = useLists();
  const send = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("table", file);
      await refused(await fetch("/api/pacs/lists", { method: "POST", headers: changeHeaders(), body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: LISTS }),
  });
  return (
    <section className={style.section}>
      <h2>{t.lists}</h2>
      <FileDrop
        label={t.send}
        hint={t.listsAbout}
        accept=".csv,.tsv,.xlsx"
        disabled={send.isPending}
        onFiles={([first]) => first && send.mutate(first.file)}
      />
      <Problem of={send.error ?? error} />
      {data?.items.map((list) => (
        <OneList key={list.id} list={list} twoMustSign={data.two_must_sign} />
      ))}
    </section>
  );
}

function OneList({ list, twoMustSign }: { list: PullList; twoMustSign: boolean }) {
  const t = useWords(words);
  const client = useQueryClient();
  const path = { params: { path: { kept: list.id } } };
  const done = () => client.invalidateQueries({ queryKey: LISTS });
  const sign = useMutation({
    mutationFn: () => answer(api.POST("/api/pacs/lists/{kept}/sign", path)),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => api.DELETE("/api/pacs/lists/{kept}", path), onSuccess: done });
  const [open, show] = useState(false);
  const [sure, ask] = useState(false);
  const columns = Object.values(list.columns).join(", ");
  const whence = list.peer ? t.madeOf(list.peer) : t.columns(columns);
  return (
    <article className={style.one}>
      <p>
        <strong>{t.rows(count(list.rows))}</strong> <small>{`${moment(list.made)} · ${whence}`}</small>
      </p>
      <Said title={t.problems} lines={list.problems} kind="problem" />
      <Said title={t.remarks} lines={list.remarks} kind="warning" />
      <p>
        {list.signed.length > 0 ? t.signed(list.signed.join(", ")) : t.unsigned}
        {list.signed.length === 1 && ` ${twoMustSign ? t.second : t.alone}`}
      </p>
      <Problem of={sign.error ?? remove.error} />
      <div className={style.actions}>
        <Button aria-expanded={open} onClick={() => show(!open)}>
          {open ? t.hideRows : t.showRows}
        </Button>
        {!list.checked && !list.signed_by_me && list.problems.length === 0 && (
          <Button kind="primary" busy={sign.isPending} onClick={() => sign.mutate()}>
            {t.sign}
          </Button>
        )}
        <Button kind="quiet" busy={remove.isPending} onClick={() => ask(true)}>
          {t.delete}
        </Button>
      </div>
      {open && <ListRows id={list.id} />}
      {list.problems.length === 0 && (list.checked || (!twoMustSign && list.signed.length > 0)) && (
        <Fetch list={list} />
      )}
      {sure && (
        <Confirm
          title={t.deleteTitle}
          yes={t.delete}
          busy={remove.isPending}
          onYes={() => remove.mutate()}
          onNo={() => ask(false)}
        >
          {t.deleteAbout}
        </Confirm>
      )}
    </article>
  );
}

function Said({ title, lines, kind }: { title: string; lines: readonly string[]; kind: "problem" | "warning" }) {
  if (lines.length === 0) return null;
  return (
    <Notice kind={kind} title={title}>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Notice>
  );
}

function Fetch({ list }: { list: PullList }) {
  const t = useWords(words);
  const client = useQueryClient();
  const ended = useCallback(() => {
    for (const key of ["archive", "quarantine", "jobs"]) void client.invalidateQueries({ queryKey: [key] });
  }, [client]);
  const peers = usePeers().data?.peers ?? [];
  const read = useProtocolRead();
  const [job, setJob] = useState<string | null>(null);
  const [facts, setFacts] = useState({ peer: "", modality: "", days: 0, pause: 0, unchecked: "" });
  const usual = peers.find(({ name }) => name === list.peer) ?? peers[0];
  const peer = facts.peer || usual?.name || "";
  const fetching = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/pacs/lists/{kept}/pull", { params: { path: { kept: list.id } }, body: { ...facts, peer } }),
      ),
    onSuccess: ({ job }) => setJob(job),
  });
  if (job) return <JobView id={job} onEnd={ended} />;
  if (peers.length === 0) return null;
  if (read === false)
    return (
      <Notice kind="warning" action={<Link href="/archive/import">{t.readProtocol}</Link>}>
        {t.protocolFirst}
      </Notice>
    );
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        fetching.mutate();
      }}
    >
      <Select
        label={t.from}
        value={peer}
        choices={peers.map(({ name }) => ({ value: name, text: name }))}
        onChoose={(name) => setFacts({ ...facts, peer: name })}
      />
      <Field
        label={t.modality}
        hint={t.modalityHint}
        maxLength={64}
        value={facts.modality}
        onChange={(event) => setFacts({ ...facts, modality: event.target.value })}
      />
      <Field
        label={t.days}
        type="number"
        min={0}
        max={36500}
        value={facts.days}
        onChange={(event) => setFacts({ ...facts, days: Number(event.target.value) })}
      />
      <Field
        label={t.pause}
        type="number"
        min={0}
        max={3600}
        value={facts.pause}
        onChange={(event) => setFacts({ ...facts, pause: Number(event.target.value) })}
      />
      {!list.checked && (
        <Field
          label={t.unchecked}
          hint={t.uncheckedHint}
          maxLength={500}
          value={facts.unchecked}
          onChange={(event) => setFacts({ ...facts, unchecked: event.target.value })}
        />
      )}
      <div className={style.whole}>
        <Problem of={fetching.error} />
        <div className={style.actions}>
          <Button
            kind="primary"
            type="submit"
            busy={fetching.isPending}
            disabled={!list.checked && !facts.unchecked.trim()}
          >
            {t.fetch}
          </Button>
        </div>
      </div>
    </form>
  );
}
