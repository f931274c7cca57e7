import { useReached } from "../api/reach";
import { Notice } from "../parts/Notice";
import { useWords } from "../words";
import style from "./Frame.module.css";
import { words } from "./words";

/** Said at the foot of the screen while the server does not answer. */
export function Unreached() {
  const t = useWords(words);
  const reached = useReached();
  if (reached) return null;
  return (
    <div className={style.offline}>
      <Notice kind="warning">{t.offline}</Notice>
    </div>
  );
}
