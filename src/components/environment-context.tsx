"use client";

import { useQueryState, useQueryStates } from "nuqs";
import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { writeCookie } from "@/lib/cookies";

/** `all` is for links to what belongs to one key or customer: it is to be found wherever one has looked before. */
const parser = parseAsStringLiteral([...ENVIRONMENTS, "all"]);

interface Remembered {
  environment: Environment | null;
  remember: (environment: Environment | null) => void;
}

const RememberedEnvironment = createContext<Remembered | null>(null);

/** Holds the choice that stands where the URL names none: at first the cookie's, then the last one made on this page. */
export function EnvironmentProvider({
  initial,
  children,
}: {
  initial: Environment | null;
  children: ReactNode;
}) {
  const [environment, setEnvironment] = useState(initial);
  const remember = useCallback((next: Environment | null) => {
    setEnvironment(next);
    writeCookie("env", next);
  }, []);
  const value = useMemo(() => ({ environment, remember }), [environment, remember]);
  return <RememberedEnvironment value={value}>{children}</RememberedEnvironment>;
}

function useRemembered(): Remembered {
  const remembered = useContext(RememberedEnvironment);
  if (!remembered) throw new Error("useEnvironment needs EnvironmentProvider above it");
  return remembered;
}

/** The environment that lists are to show; null is all of them. The URL decides, else the last choice. */
export function useEnvironment(): Environment | null {
  const { environment } = useRemembered();
  const [fromUrl] = useQueryState("env", parser);
  return fromUrl === "all" ? null : (fromUrl ?? environment);
}

const change = { env: parser, cursor: parseAsString };

/** Changes the environment: in the URL, and remembered for pages whose URL names none. */
export function useSetEnvironment(): (environment: Environment | null) => void {
  const { remember } = useRemembered();
  const [, setInUrl] = useQueryStates(change, { history: "push" });
  return useCallback(
    (next) => {
      remember(next);
      // `cursor` is by convention a list's position in the URL, and one in another environment's rows means nothing.
      void setInUrl({ env: next, cursor: null });
    },
    [remember, setInUrl],
  );
}
