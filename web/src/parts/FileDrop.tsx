import { type DragEvent, type ReactNode, useId, useState } from "react";
import { useWords } from "../words";
import { classes } from "./classes";
import { type DroppedFile, filesOfDrop, filesOfInput } from "./dropped";
import style from "./FileDrop.module.css";
import { words } from "./words";

interface Properties {
  /** What to bring: "Drop a spreadsheet here, or choose one". */
  label: string;
  hint?: ReactNode;
  /** File name endings or media types, as in HTML's `accept`. */
  accept?: string;
  multiple?: boolean;
  /** A whole folder is chosen; dropped folders are always read to the bottom. */
  folder?: boolean;
  disabled?: boolean;
  onFiles: (files: DroppedFile[]) => void;
}

/** A place to drop files on, and a button that chooses them. */
export function FileDrop({ label, hint, accept, multiple = false, folder = false, disabled, onFiles }: Properties) {
  const t = useWords(words);
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (disabled) return;
    const files = await filesOfDrop(event.dataTransfer);
    onFiles(multiple || folder ? files : files.slice(0, 1));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the short way; the input inside does the same by key.
    <div
      className={classes(style.drop, over && style.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label htmlFor={id} className={style.label}>
        {label}
        {/* The browser's own button speaks the browser's language, not the page's. */}
        <span aria-hidden className={style.choose}>
          {folder ? t.chooseFolder : multiple ? t.chooseFiles : t.chooseFile}
        </span>
      </label>
      <input
        id={id}
        type="file"
        className="unseen"
        accept={accept}
        multiple={multiple}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...(folder ? { webkitdirectory: "" } : {})}
        onChange={(event) => {
          onFiles(filesOfInput(event.target.files));
          event.target.value = "";
        }}
      />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
