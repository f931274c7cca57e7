import { Lists } from "./Lists";
import style from "./Pacs.module.css";
import { Peers } from "./Peers";

/** Who is asked, and lists of patients to fetch. */
export function PacsSection() {
  return (
    <div className={style.sections}>
      <Peers />
      <Lists />
    </div>
  );
}
