/** Ends the session and shows the sign-in page. Loaded when asked for: no page needs it to be drawn. */
export async function leave() {
  const { signOut } = await import("next-auth/react");
  await signOut({ callbackUrl: "/sign-in" });
}
