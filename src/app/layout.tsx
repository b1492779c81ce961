import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./globals.css";

import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ClockProvider } from "@/components/clock-context";
import { Toaster } from "@/components/ui/toast";
import { TooltipProvider } from "@/components/ui/tooltip";
import { THEME_COOKIE, themeOf } from "@/lib/theme";
import { TrpcProvider } from "@/trpc/client";

export const metadata: Metadata = {
  title: { default: "Keyward", template: "%s · Keyward" },
  description: "Control center for API keys",
  icons: { icon: "/icon.svg" },
  // A control center has no business in a search engine, wherever it is reachable from.
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfbfa" },
    { media: "(prefers-color-scheme: dark)", color: "#121211" },
  ],
};

/** What every page stands in. Reading the cookie makes pages dynamic, which the nonce of the security policy needs too. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <ClockProvider renderedAt={Date.now()}>
          <NuqsAdapter>
            <TrpcProvider>
              <TooltipProvider delayDuration={300}>
                {children}
                <Toaster />
              </TooltipProvider>
            </TrpcProvider>
          </NuqsAdapter>
        </ClockProvider>
      </body>
    </html>
  );
}
