import { useCallback, useRef, useState } from "react";
import { answer, api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { Edit, Hand } from "../study";

/** What the server says would be wrong with the study after changes; empty where nothing would be. */
async function tried(hand: Hand, edits: Edit[]): Promise<string> {
  const path = { params: { path: { slug: hand.study.slug } } };
  const body = { tag: hand.study.tag, edits: edits.map(({ at, value }) => ({ at, value: value ?? null })) };
  try {
    return (await answer(api.POST("/api/studies/{slug}/settings/tried", { ...path, body }))).sentence;
  } catch (problem) {
    if (problem instanceof ApiProblem) return problem.sentence;
    throw problem;
  }
}

/** Changes that the server looks at first: what is wrong is said at the field, and nothing is saved. */
export function useTrying(hand: Hand): { sentence: string; save: (edits: Edit[]) => Promise<boolean> } {
  const [sentence, setSentence] = useState("");
  const latest = useRef(hand);
  latest.current = hand;
  const asked = useRef(0);
  const save = useCallback(async (edits: Edit[]) => {
    asked.current += 1;
    const mine = asked.current;
    // Nothing is different any more: what was wrong is gone.
    const said = edits.length > 0 ? await tried(latest.current, edits) : "";
    if (mine !== asked.current) return false;
    setSentence(said);
    if (edits.length === 0) return true;
    return said === "" && (await latest.current.change(edits)) !== null;
  }, []);
  return { sentence, save };
}

/** A value as it was just chosen, until it is saved or refused: a tick stands where it was put. */
export function useHoped<Value>(
  now: Value,
  save: (wanted: Value) => Promise<boolean>,
): [Value, (wanted: Value) => Promise<boolean>] {
  const [hoped, setHoped] = useState<{ wanted: Value } | null>(null);
  const last = useRef(0);
  const write = async (wanted: Value) => {
    last.current += 1;
    const mine = last.current;
    setHoped({ wanted });
    const saved = await save(wanted);
    if (mine === last.current) setHoped(null);
    return saved;
  };
  return [hoped ? hoped.wanted : now, write];
}
