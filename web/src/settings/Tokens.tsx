import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import type { components } from "../api/schema";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Dialog";
import { day } from "../parts/format";
import { Problem } from "../parts/Problem";
import { type Column, Table } from "../parts/Table";
import { useWords } from "../words";
import { NewToken } from "./NewToken";
import { rightWords } from "./roleWords";
import style from "./Settings.module.css";
import { words } from "./words";

type Token = components["schemas"]["TokenRow"];
const KEY = ["tokens"];

/** The own tokens, by which programs use the interface. */
export function Tokens() {
  const t = useWords(words);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const client = useQueryClient();
  const changed = () => void client.invalidateQueries({ queryKey: KEY });
  const { table, error } = usePaged(KEY, (after?: number) =>
    answer(api.GET("/api/tokens", { params: { query: { after, limit: 200 } } })),
  );
  return (
    <section className={style.section}>
      <p>{t.tokensAbout}</p>
      <Problem of={error} />
      <Table
        label={t.tokens}
        {...table}
        columns={useColumns(setRevoking)}
        rowKey={(token) => token.id}
        empty={t.noTokens}
        actions={<Button onClick={() => setMaking(true)}>{t.newToken}</Button>}
      />
      {making && <NewToken onMade={changed} onClose={() => setMaking(false)} />}
      {revoking && (
        <Revoke
          token={revoking}
          onDone={() => {
            setRevoking(null);
            changed();
          }}
        />
      )}
    </section>
  );
}

function useColumns(onRevoke: (token: Token) => void): Column<Token>[] {
  const t = useWords(words);
  const rights = useWords(rightWords);
  return useMemo(() => {
    const may = (token: Token) => token.scopes.map((scope) => rights[scope]).join(", ");
    const isOver = (token: Token) => token.ends * 1000 < Date.now();
    const state = (token: Token) => (token.revoked ? t.revokedState : isOver(token) ? t.expired : t.valid);
    return [
      { key: "label", header: t.label, cell: (token) => token.label, text: (token) => token.label },
      { key: "scopes", header: t.scopes, width: "minmax(12rem, 2fr)", cell: may, text: may },
      { key: "made", header: t.made, width: "7rem", cell: (token) => day(token.made) },
      { key: "ends", header: t.ends, width: "7rem", cell: (token) => day(token.ends) },
      { key: "used", header: t.used, width: "8rem", cell: (token) => (token.used ? day(token.used) : t.never) },
      { key: "state", header: t.state, width: "6rem", cell: state, text: state },
      {
        key: "revoke",
        header: t.revoke,
        width: "6rem",
        cell: (token) =>
          token.revoked || isOver(token) ? null : (
            <Button kind="quiet" onClick={() => onRevoke(token)}>
              {t.revoke}
            </Button>
          ),
      },
    ];
  }, [t, rights, onRevoke]);
}

function Revoke({ token, onDone }: { token: Token; onDone: () => void }) {
  const t = useWords(words);
  const revoke = useMutation({
    mutationFn: () => api.DELETE("/api/tokens/{number}", { params: { path: { number: token.id } } }),
    onSuccess: onDone,
  });
  return (
    <Confirm title={t.revokeTitle} yes={t.revoke} busy={revoke.isPending} onYes={() => revoke.mutate()} onNo={onDone}>
      <p>{t.revokeAbout(token.label)}</p>
      <Problem of={revoke.error} />
    </Confirm>
  );
}
