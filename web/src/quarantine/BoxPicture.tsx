import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useWords } from "../words";
import { type Box, boxBetween, type Point, withKey } from "./boxes";
import style from "./Quarantine.module.css";
import { words } from "./words";

interface Properties {
  src: string;
  boxes: readonly Box[];
  onChange: (boxes: Box[]) => void;
}

/** A picture on which places are marked with the mouse or with keys. */
export function BoxPicture({ src, boxes, onChange }: Properties) {
  const t = useWords(words);
  const svg = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState<Point | null>(null);
  const [from, setFrom] = useState<Point | null>(null);
  const [to, setTo] = useState<Point | null>(null);
  const drawn = from && to && size ? boxBetween(from, to, size) : null;
  const place = (event: PointerEvent): Point => {
    const frame = svg.current?.getBoundingClientRect();
    if (!frame || !size) return [0, 0];
    return [
      ((event.clientX - frame.left) / frame.width) * size[0],
      ((event.clientY - frame.top) / frame.height) * size[1],
    ];
  };
  const end = () => {
    if (drawn) onChange([...boxes, drawn]);
    setFrom(null);
    setTo(null);
  };
  const key = (index: number) => (event: KeyboardEvent) => {
    const box = boxes[index];
    if (!box || !size) return;
    if (event.key === "Delete" || event.key === "Backspace") onChange(boxes.filter((_, at) => at !== index));
    else if (event.key.startsWith("Arrow"))
      onChange(
        boxes.map((one, at) =>
          at === index ? withKey(one, event.key, event.shiftKey, event.altKey ? 1 : 8, size) : one,
        ),
      );
    else return;
    event.preventDefault();
  };
  return (
    <div className={style.canvas}>
      <img
        src={src}
        alt={t.shownAlt}
        draggable={false}
        onLoad={({ currentTarget }) => setSize([currentTarget.naturalWidth, currentTarget.naturalHeight])}
      />
      {size && (
        <svg
          ref={svg}
          viewBox={`0 0 ${size[0]} ${size[1]}`}
          className={style.drawing}
          aria-label={t.boxes}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setFrom(place(event));
            setTo(place(event));
          }}
          onPointerMove={(event) => from && setTo(place(event))}
          onPointerUp={end}
          onPointerCancel={() => setFrom(null)}
        >
          {boxes.map((box, index) => (
            // biome-ignore lint/a11y/useSemanticElements: a place on a picture is no HTML button; its label and keys say what it is.
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a place is known by its number, and keeps the focus while it moves.
              key={index}
              x={box[0]}
              y={box[1]}
              width={box[2]}
              height={box[3]}
              className={style.box}
              vectorEffect="non-scaling-stroke"
              role="button"
              tabIndex={0}
              aria-label={t.place(index + 1, ...box)}
              onKeyDown={key(index)}
            />
          ))}
          {drawn && (
            <rect
              x={drawn[0]}
              y={drawn[1]}
              width={drawn[2]}
              height={drawn[3]}
              className={style.box}
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      )}
    </div>
  );
}

/** The picture with the places that are marked now, blanked. */
export function Preview({ src, boxes }: { src: string; boxes: readonly Box[] }) {
  const t = useWords(words);
  const [size, setSize] = useState<Point | null>(null);
  return (
    <div className={style.canvas}>
      <img
        src={src}
        alt={t.afterAlt}
        onLoad={({ currentTarget }) => setSize([currentTarget.naturalWidth, currentTarget.naturalHeight])}
      />
      {size && (
        <svg viewBox={`0 0 ${size[0]} ${size[1]}`} className={style.drawing} aria-hidden="true">
          {boxes.map(([x, y, width, height], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is known by its number.
            <rect key={index} {...{ x, y, width, height }} className={style.blank} />
          ))}
        </svg>
      )}
    </div>
  );
}
