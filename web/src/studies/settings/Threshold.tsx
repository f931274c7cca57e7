import { useEffect, useRef, useState } from "react";
import { Field as Line, Select } from "../../parts";
import { useWords } from "../../words";
import { nameOf } from "../study";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useTrying } from "./trying";
import { type ThresholdWay, thresholdKeys, thresholdWay } from "./values";
import { words } from "./words";

const WAYS = ["usual", "sensitivity", "specificity", "sensitivityOf", "specificityOf", "given"] as const;
const PAUSE_MS = 600;

/** The number from which a case counts as positive: chosen on validation, or given. */
export function Threshold({ hand, field, reader }: Asked & { reader: number }) {
  const t = useWords(words);
  const own = hand.data.readers?.[reader] ?? {};
  const kept = thresholdWay(own.threshold, own.threshold_rule);
  const [typed, setTyped] = useState<ThresholdWay | null>(null);
  const { sentence, save } = useTrying(hand);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const now = typed ?? kept;
  const others = (hand.data.readers ?? []).filter((_, index) => index !== reader).map(nameOf);
  const ways = WAYS.filter((way) => others.length > 0 || !way.endsWith("Of"));
  const write = async (wanted: ThresholdWay) => {
    clearTimeout(timer.current);
    if (wanted.way !== "usual" && wanted.value.trim() === "") return;
    const { threshold, rule } = thresholdKeys(wanted);
    const saved = await save([
      { at: ["readers", reader, "threshold"], value: threshold },
      { at: ["readers", reader, "threshold_rule"], value: rule },
    ]);
    if (saved) setTyped(null);
  };
  const choose = (way: ThresholdWay["way"]) => {
    const usual = { usual: "", sensitivity: "0.95", specificity: "0.9", given: "" }[way as "usual"];
    const wanted = { way, value: usual ?? others[0] ?? "" };
    setTyped(wanted);
    void write(wanted);
  };
  const type = (value: string) => {
    const wanted = { ...now, value };
    setTyped(wanted);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void write(wanted), PAUSE_MS);
  };
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide>
      <div className={style.row}>
        <Select
          label={t[field.label]}
          unlabelled
          value={now.way}
          disabled={!hand.canChange}
          choices={ways.map((way) => ({ value: way, text: t[`threshold_${way}`] }))}
          onChoose={choose}
        />
        {now.way.endsWith("Of") && (
          <Select
            label={t.threshold_reader}
            value={now.value}
            disabled={!hand.canChange}
            choices={others.map((name) => ({ value: name, text: name }))}
            onChoose={(value) => void write({ ...now, value })}
          />
        )}
        {(now.way === "sensitivity" || now.way === "specificity" || now.way === "given") && (
          <Line
            label={now.way === "given" ? t.threshold_number : t.threshold_share}
            value={now.value}
            inputMode="decimal"
            maxLength={20}
            disabled={!hand.canChange}
            onChange={(event) => type(event.target.value)}
            onBlur={() => typed && void write(typed)}
          />
        )}
      </div>
    </Together>
  );
}
