import { useId } from "react";
import style from "./Progress.module.css";

interface Properties {
  /** What is being done now. */
  label: string;
  /** The part that is done, 0 to 1; null where it is not known. */
  done: number | null;
  /** What is left, in words: "3 min left". */
  left?: string | undefined;
}

/** How far long work is. */
export function Progress({ label, done, left }: Properties) {
  const id = useId();
  return (
    <div className={style.progress}>
      <div className={style.line}>
        <span id={id}>{label}</span>
        {left && <span className={style.left}>{left}</span>}
      </div>
      <progress aria-labelledby={id} max={1} {...(done === null ? {} : { value: Math.min(1, Math.max(0, done)) })} />
    </div>
  );
}
