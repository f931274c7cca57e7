import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { Button, count, Dialog, day, Empty, Field, Notice, Problem, Tick } from "../parts";
import { useWords } from "../words";
import frame from "./Archive.module.css";
import style from "./Release.module.css";
import { words } from "./releaseWords";
import { PACKAGES, RELEASES, type ReleaseRow, useReleases } from "./releasing";

/** The record of releases: to whom, until when, and how they stand. */
export function ReleaseRecord() {
  const t = useWords(words);
  const { data, error } = useReleases();
  const [open, setOpen] = useState<ReleaseRow | null>(null);
  const [told, tell] = useState("");
  return (
    <section className={frame.section}>
      <h2>{t.record}</h2>
      <p className={frame.soft}>{t.recordAbout}</p>
      <Problem of={error} />
      {data?.fault && <Notice kind="problem">{t.fault(data.fault)}</Notice>}
      {told && <Notice kind="warning">{told}</Notice>}
      {data && data.items.length === 0 && <Empty title={t.noReleases} />}
      {data && data.items.length > 0 && (
        <div className={style.across}>
          <table className={style.record}>
            <thead>
              <tr>
                {[t.number, t.recipient, t.approval, t.purpose, t.leaves, t.valid].map((header) => (
                  <th key={header} scope="col">
                    {header}
                  </th>
                ))}
                <th scope="col">
                  <span className="unseen">{t.withdraw}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((one) => (
                <Row key={one.number} one={one} onWithdraw={() => setOpen(one)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open && (
        <Withdraw
          one={open}
          onDone={(recipients) => {
            tell(t.tell(recipients.join(", ")));
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

function Row({ one, onWithdraw }: { one: ReleaseRow; onWithdraw: () => void }) {
  const t = useWords(words);
  const states = { valid: t.daysLeft(one.days_left), expired: t.expired, withdrawn: t.withdrawn, failed: t.failed };
  const until = one.state === "valid" || one.state === "expired" ? day(one.expires) : "";
  return (
    <tr data-failed={one.state !== "valid" || undefined}>
      <th scope="row">
        {one.number} <small>{day(one.at)}</small>
      </th>
      <td>{one.recipient}</td>
      <td>
        {one.approval} <small>{one.committee}</small>
      </td>
      <td>
        {one.purpose} {one.accepted && <small>{t.accepted(one.accepted)}</small>}
      </td>
      <td>{t.of(count(one.images), count(one.patients))}</td>
      <td>
        {until} <strong>{states[one.state]}</strong>
      </td>
      <td>
        {(one.state === "valid" || one.state === "expired") && (
          <Button kind="quiet" aria-label={t.withdrawOf(one.number)} onClick={onWithdraw}>
            {t.withdraw}
          </Button>
        )}
      </td>
    </tr>
  );
}

interface WithdrawProperties {
  one: ReleaseRow;
  onDone: (recipients: string[]) => void;
  onClose: () => void;
}

function Withdraw({ one, onDone, onClose }: WithdrawProperties) {
  const t = useWords(words);
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [whole, setWhole] = useState(false);
  const withdraw = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/releases/{number}/withdraw", {
          params: { path: { number: one.number } },
          body: { reason, whole_approval: whole },
        }),
      ),
    onSuccess: ({ recipients }) => {
      for (const queryKey of [PACKAGES, RELEASES]) void client.invalidateQueries({ queryKey });
      onDone(recipients);
    },
  });
  const actions = (
    <>
      <Button onClick={onClose}>{t.close}</Button>
      <Button kind="danger" busy={withdraw.isPending} disabled={!reason.trim()} onClick={() => withdraw.mutate()}>
        {t.withdraw}
      </Button>
    </>
  );
  return (
    <Dialog title={t.withdrawOf(one.number)} onClose={onClose} actions={actions}>
      <p>{t.withdrawAbout(one.recipient)}</p>
      <Field
        label={t.withdrawReason}
        required
        maxLength={300}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Tick label={t.wholeApproval(one.approval)} checked={whole} onTick={setWhole} />
      <Problem of={withdraw.error} />
    </Dialog>
  );
}
