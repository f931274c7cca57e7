import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { Button, count, Notice, Problem, Select } from "../parts";
import { useWords } from "../words";
import style from "./Import.module.css";
import { words } from "./importWords";

export interface ChosenFolder {
  root: number;
  path: string[];
}

/** Goes down from an allowed folder of the server to the one that is meant. */
export function FolderChooser({ busy, onChoose }: { busy: boolean; onChoose: (folder: ChosenFolder) => void }) {
  const t = useWords(words);
  const [at, go] = useState<ChosenFolder>({ root: 0, path: [] });
  const roots = useQuery({ queryKey: ["imports", "roots"], queryFn: () => answer(api.GET("/api/imports/roots")) });
  const none = roots.data?.roots.length === 0;
  const here = useQuery({
    queryKey: ["imports", "folder", at],
    queryFn: () => answer(api.POST("/api/imports/folders", { body: at })),
    enabled: (roots.data?.roots.length ?? 0) > 0,
    gcTime: 0,
  });
  if (none) return <Notice>{t.noRoots}</Notice>;
  const names = roots.data?.roots ?? [];
  return (
    <div className={style.chooser}>
      <Problem of={roots.error ?? here.error} />
      {names.length > 1 && (
        <Select
          label={t.folders}
          value={String(at.root)}
          choices={names.map((text, index) => ({ value: String(index), text }))}
          onChoose={(root) => go({ root: Number(root), path: [] })}
        />
      )}
      <p className={style.place}>
        <code>{[names[at.root] ?? "", ...at.path].join("/")}</code>
        {at.path.length > 0 && (
          <Button kind="quiet" onClick={() => go({ ...at, path: at.path.slice(0, -1) })}>
            {t.up}
          </Button>
        )}
      </p>
      {here.data && (
        <>
          <ul className={style.folders} aria-label={t.folders}>
            {here.data.folders.map((name) => (
              <li key={name}>
                <Button
                  kind="quiet"
                  aria-label={t.openFolder(name)}
                  onClick={() => go({ ...at, path: [...at.path, name] })}
                >
                  {name}/
                </Button>
              </li>
            ))}
          </ul>
          {here.data.more && <small>{t.truncated}</small>}
          <p className={style.soft}>{t.here(count(here.data.files))}</p>
          <div>
            <Button kind="primary" busy={busy} onClick={() => onChoose(at)}>
              {t.chooseThis}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
