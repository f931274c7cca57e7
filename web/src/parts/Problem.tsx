import { ApiProblem } from "../api/problem";
import { useWords } from "../words";
import { Button } from "./Button";
import { Notice } from "./Notice";
import { Told } from "./Told";
import { words } from "./words";

interface Properties {
  /** What a query or a change raised; nothing is shown where there is none. */
  of: unknown;
  onRetry?: () => void;
}

/** What went wrong, in the server's own sentence. */
export function Problem({ of, onRetry }: Properties) {
  const t = useWords(words);
  if (!of) return null;
  const sentence = of instanceof ApiProblem ? of.sentence : "";
  const unreached = of instanceof ApiProblem && of.status === 0;
  return (
    <Notice kind="problem" action={onRetry && <Button onClick={onRetry}>{t.tryAgain}</Button>}>
      {sentence ? <Told>{sentence}</Told> : unreached ? t.notReached : t.wentWrong}
    </Notice>
  );
}
