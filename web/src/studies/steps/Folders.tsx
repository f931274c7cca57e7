import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Problem, Skeleton } from "../../parts";
import { useWords } from "../../words";
import style from "../studies.module.css";
import { words } from "../words";

/** Folders of the server, one below the other. */
export function Folders({ onUse }: { onUse: (folder: string) => void }) {
  const t = useWords(words);
  const [under, setUnder] = useState("");
  const query = useQuery({
    queryKey: ["study folders", under],
    queryFn: () => answer(api.GET("/api/study-folders", { params: { query: { under } } })),
    retry: false,
    placeholderData: (before) => before,
  });
  const shown = query.data;
  if (query.isLoading) return <Skeleton lines={4} />;
  return (
    <div className={style.card}>
      <Problem of={query.error} onRetry={() => setUnder("")} />
      {shown && (
        <>
          <div className={style.row}>
            <code>{shown.path}</code>
            {shown.above && (
              <Button kind="quiet" onClick={() => setUnder(shown.above ?? "")}>
                {t.above}
              </Button>
            )}
            <Button kind="primary" onClick={() => onUse(shown.path)}>
              {t.useFolder}
            </Button>
          </div>
          {shown.folders.length === 0 && <p className={style.soft}>{t.noFolders}</p>}
          <ul className={style.plain}>
            {shown.folders.map((folder) => (
              <li key={folder.path}>
                <Button kind="quiet" onClick={() => setUnder(folder.path)} aria-label={t.openFolder(folder.name)}>
                  {folder.name}
                </Button>{" "}
                {folder.images > 0 && <span className={style.soft}>{t.imagesHere(folder.images)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
