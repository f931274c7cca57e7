import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { Button, Confirm, Notice, Problem } from "../parts";
import { useWords } from "../words";
import { PEERS, type Peer, usePeers } from "./asking";
import { Own } from "./Own";
import style from "./Pacs.module.css";
import { PeerForm } from "./PeerForm";
import { words } from "./words";

/** The peers: asked for a sign of life, added, changed and forgotten. */
export function Peers() {
  const t = useWords(words);
  const { data, error } = usePeers();
  const [form, open] = useState<Peer | "new" | null>(null);
  const [own, openOwn] = useState(false);
  const peers = data?.peers ?? [];
  return (
    <section className={style.section}>
      <h2>{t.peers}</h2>
      {data && (
        <p className={style.soft}>
          {t.peersAbout(data.ae_title, data.port)}{" "}
          {!own && (
            <Button kind="quiet" onClick={() => openOwn(true)}>
              {t.changeOwn}
            </Button>
          )}
        </p>
      )}
      {data && own && <Own aeTitle={data.ae_title} port={data.port} onDone={() => openOwn(false)} />}
      <Problem of={error} />
      {data && peers.length === 0 && form === null && <Notice>{t.noPeers}</Notice>}
      {peers.map((peer) => (
        <OnePeer key={peer.name} peer={peer} onChange={() => open(peer)} />
      ))}
      {form === null ? (
        <div>
          <Button onClick={() => open("new")}>{t.add}</Button>
        </div>
      ) : (
        <PeerForm
          key={form === "new" ? "" : form.name}
          {...(form === "new" ? {} : { peer: form })}
          onDone={() => open(null)}
        />
      )}
    </section>
  );
}

function OnePeer({ peer, onChange }: { peer: Peer; onChange: () => void }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [asked, ask] = useState(false);
  const path = { params: { path: { name: peer.name } } };
  const echo = useMutation({ mutationFn: () => answer(api.POST("/api/pacs/peers/{name}/echo", path)) });
  const forget = useMutation({
    mutationFn: () => answer(api.DELETE("/api/pacs/peers/{name}", path)),
    onSuccess: () => client.invalidateQueries({ queryKey: PEERS }),
    onSettled: () => ask(false),
  });
  const where = peer.url || `${peer.ae_title} · ${peer.host}:${peer.port}`;
  return (
    <div className={style.one}>
      <p>
        <strong>{peer.name}</strong> {where} {peer.encrypted && <small>{t.encrypted}</small>}
      </p>
      <div className={style.actions}>
        <Button busy={echo.isPending} onClick={() => echo.mutate()}>
          {t.ask}
        </Button>
        <Button kind="quiet" onClick={onChange}>
          {t.change}
        </Button>
        <Button kind="quiet" onClick={() => ask(true)}>
          {t.forget}
        </Button>
      </div>
      {echo.data && <Notice kind="good">{echo.data.sentence}</Notice>}
      <Problem of={echo.error ?? forget.error} />
      {asked && (
        <Confirm
          title={t.forgetTitle(peer.name)}
          yes={t.forget}
          busy={forget.isPending}
          onYes={() => forget.mutate()}
          onNo={() => ask(false)}
        >
          {t.forgetAbout}
        </Confirm>
      )}
    </div>
  );
}
