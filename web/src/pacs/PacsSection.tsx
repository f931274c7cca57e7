import { Lists } from "./Lists";
import style from "./Pacs.module.css";
import { Peers } from "./Peers";
import { Question } from "./Question";

/** Who is asked, free questions, and lists of patients to fetch. */
export function PacsSection() {
  return (
    <div className={style.sections}>
      <Peers />
      <Question />
      <Lists />
    </div>
  );
}
