import { useMutation } from "@tanstack/react-query";
import { refused } from "../api/client";
import { Button, Problem } from "../parts";
import { useWords } from "../words";
import { namesOf, withNames } from "./localNames";
import { words } from "./readingWords";

/** The readings as a file: by numbers, and where this window knows the file names, with them. */
export function Taking({ reading, number }: { reading: string; number: number }) {
  const t = useWords(words);
  const names = namesOf(reading);
  const address = `/api/readings/${reading}/readings.csv`;
  const taking = useMutation({
    mutationFn: async () => {
      const response = await fetch(address);
      await refused(response);
      const text = withNames(await response.text(), names ?? new Map());
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
      link.download = `readings-${number}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  });
  return (
    <>
      <a href={address} download>
        {t.csv}
      </a>
      {names && names.size > 0 && (
        <Button busy={taking.isPending} onClick={() => taking.mutate()}>
          {t.csvNames}
        </Button>
      )}
      <Problem of={taking.error} />
    </>
  );
}
