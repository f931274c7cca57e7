import { difference } from "./difference";
import style from "./studies.module.css";

const SIGN = { same: " ", gone: "-", new: "+" };

/** What became of a text, line by line. */
export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <pre className={style.difference}>
      {difference(before, after).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by their place.
        <div key={index} className={line.kind === "same" ? undefined : style[line.kind]}>
          {SIGN[line.kind]} {line.text}
        </div>
      ))}
    </pre>
  );
}
