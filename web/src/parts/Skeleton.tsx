import style from "./Skeleton.module.css";

/** The shape of what is coming, for the moment that it takes. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className={style.skeleton} aria-busy="true">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never change places.
        <div key={line} className={style.line} />
      ))}
    </div>
  );
}
