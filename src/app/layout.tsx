import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./globals.css";

import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ClockProvider } from "@/components/clock-context";
import { ScreenProvider } from "@/components/screen-context";
import { Toaster } from "@/components/ui/toast";
import { TooltipProvider } from "@/components/ui/tooltip";
import { isNarrowScreen, SCREEN_COOKIE } from "@/lib/screen";
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

/** What every page stands in. Reading cookies makes pages dynamic, which the nonce of the security policy needs too. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [remembered, sent] = await Promise.all([cookies(), headers()]);
  const theme = themeOf(remembered.get(THEME_COOKIE)?.value);
  const drawnNarrow = isNarrowScreen(remembered.get(SCREEN_COOKIE)?.value, sent.get("user-agent"));
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <ClockProvider renderedAt={Date.now()}>
          <ScreenProvider drawnNarrow={drawnNarrow}>
            <NuqsAdapter>
              <TrpcProvider>
                <TooltipProvider delayDuration={300}>
                  {children}
                  <Toaster />
                </TooltipProvider>
              </TrpcProvider>
            </NuqsAdapter>
          </ScreenProvider>
        </ClockProvider>
      </body>
    </html>
  );
}
