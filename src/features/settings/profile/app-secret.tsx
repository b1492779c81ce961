"use client";

import { encode } from "uqr";
import { CopyButton } from "@/components/copy-field";
import type { SecondFactorSecret } from "@/contracts/second-factor";

/** Light modules around the code, which scanners need to find it (ISO/IEC 18004, section 6.3.8). */
const QUIET_ZONE = 4;

/** What an authenticator app has to know: as a QR code, and in groups of four for whoever types it. */
export function AppSecret({ secret: { uri, key } }: { secret: SecondFactorSecret }) {
  return (
    <div className="flex flex-col items-center gap-3 sm:flex-row sm:items-start sm:gap-5">
      <QrCode text={uri} />
      <div className="min-w-0 sm:pt-2">
        <p className="text-ink-2 text-sm">No camera? Type this key in the app instead:</p>
        <p className="mono mt-1.5 select-all text-sm leading-6" data-testid="app-key">
          {key.match(/.{1,4}/g)?.join(" ")}
        </p>
        <CopyButton value={key} label="Copy key" className="mt-2" />
      </div>
    </div>
  );
}

/** Dark on light in either theme, and where colours are forced: many cameras read no other. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: QUIET_ZONE });
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return (
    <svg
      role="img"
      aria-label="QR code of the key"
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 shrink-0 rounded-lg border [forced-color-adjust:none]"
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
