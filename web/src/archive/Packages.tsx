import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api/client";
import { useJobNames } from "../jobs/naming";
import { Button, bytes, Confirm, count, moment, Notice, Problem } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { words } from "./releaseWords";
import { contentAt, PACKAGES, type PackageRow, usePackages } from "./releasing";

/** What was made for others: fetched as a zip file, found on the server, deleted. */
export function Packages() {
  const t = useWords(words);
  const { data, error } = usePackages();
  if (!data?.items.length) return <Problem of={error} />;
  return (
    <section className={style.section}>
      <h2>{t.packages}</h2>
      <p className={style.soft}>{t.packagesAbout}</p>
      <ul className={style.packages}>
        {data.items.map((one) => (
          <OnePackage key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function OnePackage({ one }: { one: PackageRow }) {
  const t = useWords(words);
  const client = useQueryClient();
  const names = useJobNames();
  const [sure, ask] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/packages/{package}", { params: { path: { package: one.id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: PACKAGES }),
    onSettled: () => ask(false),
  });
  const about = one.about as Record<string, string>;
  const title =
    one.kind === "release"
      ? t.releaseOf(one.release, about.recipient ?? "")
      : about.layout === "guideline"
        ? t.copyGuideline
        : t.copyPlain;
  const made = one.place !== "";
  const unfinished = one.state === "waiting" || one.state === "running";
  return (
    <li className={style.package}>
      <p>
        <strong>{title}</strong>{" "}
        <small>{[one.person, moment(one.made), about.approval].filter(Boolean).join(" · ")}</small>
      </p>
      {made ? (
        <p>
          {t.holds(count(one.images ?? 0), one.patients === null ? "" : count(one.patients), bytes(one.bytes))}{" "}
          <small>{t.liesAt(one.place)}</small>
        </p>
      ) : (
        <p>
          {names.state({ state: one.state, serious: false })} <Link href={`/jobs/${one.job}`}>{t.toJob}</Link>
        </p>
      )}
      {Object.entries(one.left_out).map(([why, n]) => (
        <p key={why} className={style.soft}>
          {t.leftOut(count(n), LEFT_OUT[why] ? t[LEFT_OUT[why]] : why)}
        </p>
      ))}
      {one.sentence && <Notice kind="problem">{one.sentence}</Notice>}
      {one.refused && <Notice kind="warning">{one.refused}</Notice>}
      <Problem of={remove.error} />
      <div className={style.actions}>
        {made && !one.refused && (
          <a className={style.fetch} href={contentAt(one.id)} download>
            {t.fetch(bytes(one.bytes))}
          </a>
        )}
        {!unfinished && (
          <Button kind="quiet" onClick={() => ask(true)}>
            {t.remove}
          </Button>
        )}
      </div>
      {sure && (
        <Confirm
          title={t.removeTitle}
          yes={t.remove}
          busy={remove.isPending}
          onYes={() => remove.mutate()}
          onNo={() => ask(false)}
        >
          {one.kind === "release" ? t.removeRelease : t.removeCopy}
        </Confirm>
      )}
    </li>
  );
}

const LEFT_OUT: Record<string, "withoutClass" | "otherClass" | "otherKind"> = {
  "without a class": "withoutClass",
  "of another class than benign, malignant, normal": "otherClass",
  "neither X-ray, CT nor PET": "otherKind",
};
