import { languageOf } from "../../parts/Told";

/** A text of the report, in the language in which it came: what stands between backticks is a name out of the data. */
export function Prose({ children }: { children: string }) {
  const parts = children.split("`");
  if (parts.length % 2 === 0) return <span lang={languageOf(children)}>{children}</span>;
  return (
    <span lang={languageOf(children)}>
      {parts.map((part, place) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change places.
        place % 2 ? <code key={place}>{part}</code> : part,
      )}
    </span>
  );
}
