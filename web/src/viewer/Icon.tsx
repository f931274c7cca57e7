/** Signs of the toolbar, drawn in a square of 16; a button with one says its word as label and title. */
const SIGNS = {
  undo: "M6 3 2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13.5 6.5h-7a4 4 0 0 0 0 8H9",
  turn: "M12.9 5.5A5.5 5.5 0 1 0 13.5 9M13.5 2v4h-4",
  mirror: "M8 1.5v13M5.5 4.5 1.5 12h4zM10.5 4.5l4 7.5h-4z",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  cine: "M4.5 2.5v11l9-5.5z",
  invert: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
} as const;

/** One sign; it is read aloud by the button around it. */
export function Icon({ name }: { name: keyof typeof SIGNS }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {name === "invert" && <path d="M8 2a6 6 0 1 0 0 12z" fill="currentColor" />}
      <path d={SIGNS[name]} />
    </svg>
  );
}
