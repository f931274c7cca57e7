import { useState } from "react";
import { Button, Field as Line, Tick } from "../../parts";
import { useWords } from "../../words";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useHoped, useTrying } from "./trying";
import { NAMED_WINDOWS, valueAt, windowKeys, windowsShown } from "./values";
import { words } from "./words";

/** The windows through which slices of CT are read: one is `window`, several are `windows`. */
export function Windows({ hand, field }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const [own, setOwn] = useState("");
  const read = (key: string) => valueAt(hand.study.data, ["preparation", key]);
  const named: Record<string, string> = {
    lung: t.window_lung,
    mediastinum: t.window_mediastinum,
    bone: t.window_bone,
    "soft tissue": t.window_soft,
    brain: t.window_brain,
  };
  const [now, write] = useHoped(windowsShown(read("window"), read("windows")), (wanted) => {
    const { window, windows } = windowKeys(wanted);
    return save([
      { at: ["preparation", "window"], value: window },
      { at: ["preparation", "windows"], value: windows },
    ]);
  });
  const choices = [...NAMED_WINDOWS, ...now.filter((each) => !(each in named))];
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide>
      <div className={style.ticks}>
        {choices.map((each) => (
          <Tick
            key={each}
            label={named[each] ?? each}
            checked={now.includes(each)}
            disabled={!hand.canChange}
            onTick={(on) => void write(on ? [...now, each] : now.filter((other) => other !== each))}
          />
        ))}
      </div>
      {hand.canChange && (
        <div className={style.row}>
          <Line label={t.windows_own} value={own} maxLength={30} onChange={(event) => setOwn(event.target.value)} />
          <Button
            disabled={own.trim() === ""}
            onClick={() => void write([...now, own.trim()]).then((saved) => saved && setOwn(""))}
          >
            {t.add}
          </Button>
        </div>
      )}
    </Together>
  );
}
