import { toast } from "@/components/ui/toast";

/** Gives what ends the session and shows the sign-in page, or says that the session goes on. */
export function useLeave(): () => Promise<void> {
  return async () => {
    // Loaded when asked for: no page needs it to be drawn.
    const { signOut } = await import("next-auth/react");
    const answer = await signOut({ redirect: false, callbackUrl: "/sign-in" }).catch(() => null);
    // Where its token against forgery did not fit, NextAuth asks again instead of signing out.
    const ended = answer && !new URL(answer.url, window.location.href).searchParams.has("csrf");
    // A full load: nothing drawn for whoever has left stays in the router's cache.
    if (ended) window.location.assign("/sign-in");
    else toast({ text: "Signing out did not work. You are still signed in; try again.", tone: "bad" });
  };
}
