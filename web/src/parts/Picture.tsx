import { useState } from "react";
import { useWords } from "../words";
import { classes } from "./classes";
import style from "./Picture.module.css";
import { words } from "./words";

interface Properties {
  src: string;
  /** What the picture is of, in words. */
  alt: string;
  /** `thumbnail` is a square of a list; `whole` takes the width that there is. The image is never squeezed. */
  size?: "thumbnail" | "whole";
}

/** A medical image on black, in its own proportions. */
export function Picture({ src, alt, size = "thumbnail" }: Properties) {
  const t = useWords(words);
  const [failed, setFailed] = useState("");
  return (
    <span className={classes(style.picture, style[size])}>
      {failed === src ? (
        <span className={style.failed}>{t.noPicture}</span>
      ) : (
        <img src={src} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(src)} />
      )}
    </span>
  );
}
