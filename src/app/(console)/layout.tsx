import type { ReactNode } from "react";
import { EnvironmentProvider } from "@/components/environment-context";
import { SessionProvider } from "@/components/session-context";
import { ConfirmIdentity } from "@/features/auth/confirm-identity";
import { Shell } from "@/features/shell/shell";
import { requireAdmin } from "@/trpc/server";
import { rememberedEnvironment } from "./environment";
import { PastedKeys } from "./pasted-keys";

/** The console: for signed-in administrators only, inside its shell. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const session = await requireAdmin();
  return (
    <SessionProvider session={session}>
      <EnvironmentProvider initial={await rememberedEnvironment()}>
        <PastedKeys>
          <Shell>{children}</Shell>
          <ConfirmIdentity />
        </PastedKeys>
      </EnvironmentProvider>
    </SessionProvider>
  );
}
