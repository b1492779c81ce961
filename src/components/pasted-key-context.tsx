"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { keyIn } from "@/contracts/pasted-key";

interface PastedKeys {
  /** Takes a key out of a text's way: true where it holds one, and what is to be done with it is asked for instead. */
  catchKey: (text: string) => boolean;
  /** Opens the question for a key that is still to be pasted. */
  ask: () => void;
}

const PastedKeysContext = createContext<PastedKeys | null>(null);

interface PastedKeyProviderProps {
  /** Says whose key it is; null: none was pasted yet. */
  dialog: (pasted: string | null, onClose: () => void) => ReactNode;
  children: ReactNode;
}

/**
 * Keeps full keys out of addresses, query strings and histories: whatever of the console is typed into and leads there
 * asks {@link useCatchKey} first. The key lives in this component's state, and goes with the dialog.
 */
export function PastedKeyProvider({ dialog, children }: PastedKeyProviderProps) {
  const [caught, setCaught] = useState<{ key: string | null } | null>(null);
  const catchKey = useCallback((text: string) => {
    const key = keyIn(text);
    if (key) setCaught({ key });
    return key !== null;
  }, []);
  const ask = useCallback(() => setCaught({ key: null }), []);
  useCleanAddress(catchKey);
  const value = useMemo(() => ({ catchKey, ask }), [catchKey, ask]);
  return (
    <PastedKeysContext value={value}>
      {children}
      {caught && dialog(caught.key, () => setCaught(null))}
    </PastedKeysContext>
  );
}

/**
 * A link that somebody else made can hold a key: at least it does not stay in this browser's history. By the router,
 * which else would put the address that it knows back with its next step.
 */
function useCleanAddress(catchKey: PastedKeys["catchKey"]): void {
  const router = useRouter();
  useEffect(() => {
    const { pathname, search, hash } = window.location;
    if (!catchKey(pathname + search + hash)) return;
    router.replace(keyIn(pathname) ? "/" : pathname);
  }, [catchKey, router]);
}

function usePastedKeys(): PastedKeys {
  const keys = useContext(PastedKeysContext);
  if (!keys) throw new Error("useCatchKey needs PastedKeyProvider above it");
  return keys;
}

/** @see PastedKeys.catchKey */
export function useCatchKey(): PastedKeys["catchKey"] {
  return usePastedKeys().catchKey;
}

/** Opens "Whose key is this?". */
export function useAskWhoseKey(): PastedKeys["ask"] {
  return usePastedKeys().ask;
}
