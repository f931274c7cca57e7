import { Fragment } from "react";
import { Dialog } from "../parts/Dialog";
import { useHotkeyList } from "../parts/hotkeys";
import { useWords } from "../words";
import style from "./KeyList.module.css";
import { words } from "./words";

/** Every key that works now, and what it does. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const hotkeys = useHotkeyList();
  return (
    <Dialog title={t.keysTitle} onClose={onClose}>
      <dl className={style.keys}>
        {hotkeys.map(({ keys, does }) => (
          <Fragment key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
