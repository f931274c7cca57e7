/** A sentence of the server, which speaks English; marked so, for those who hear it and for those who look for gaps. */
export function Told({ children }: { children: string }) {
  return <span lang="en">{children}</span>;
}
