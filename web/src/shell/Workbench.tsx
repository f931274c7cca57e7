import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { SESSION_KEY, useSession } from "../api/session";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";
import { PageAt } from "./PageAt";
import { wayBack } from "./signing";
import { Unreached } from "./Unreached";

const SignIn = lazy(() => import("./SignIn"));

/** The workbench: the page of the address inside its frame, or, where nobody is signed in, the way in. */
export function Workbench() {
  const { data: session } = useSession();
  const [address, go] = useLocation();
  const client = useQueryClient();
  const person = session?.person;
  const before = useRef(person?.id);
  const ended = before.current !== undefined && !person;
  useEffect(() => {
    if (!person) return;
    before.current = person.id;
    const back = wayBack();
    if (back) go(back, { replace: true });
  }, [person, go]);
  useEffect(() => {
    // What was seen before the session ended is not for whoever sits down next.
    if (ended) client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
  }, [ended, client]);
  if (!session) return <Unreached />;
  if (!person)
    return (
      <Suspense>
        <SignIn session={session} ended={ended} />
        <Unreached />
      </Suspense>
    );
  return (
    <Frame key={person.id} session={session} person={person}>
      <Boundary address={address}>
        <PageAt rights={person.rights} />
      </Boundary>
    </Frame>
  );
}
