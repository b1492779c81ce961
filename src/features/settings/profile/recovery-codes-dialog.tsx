"use client";

import { Download, Printer } from "lucide-react";
import { CopyButton } from "@/components/copy-field";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { saveFile } from "@/lib/save-file";
import { useApiOrigin } from "@/lib/use-api-origin";
import { useLeaveConfirmation } from "@/lib/use-leave-confirmation";

interface RecoveryCodesDialogProps {
  codes: readonly string[];
  onStored: () => void;
}

/** Shows the recovery codes the one time they exist. Closed by its own button alone. */
export function RecoveryCodesDialog({ codes, onStored }: RecoveryCodesDialogProps) {
  useLeaveConfirmation(true);
  const { admin, deployment } = useSession();
  const heading = `Recovery codes of ${admin.email} for Keyward at ${useApiOrigin(deployment)}`;
  const file = `${heading}\nEach works once, after the password, in the place of the app or a passkey.\n\n${codes.join("\n")}\n`;
  return (
    <Dialog open>
      <DialogContent
        title="Store your recovery codes"
        description="Each signs you in once, after the password, in the place of the app or a passkey. They are shown this once: keep them where your phone is not."
        size="sm"
        dismissible={false}
      >
        <div className="mt-4 rounded-lg border border-line-strong bg-sunken p-3" data-printed>
          <p className="mb-2 hidden print:block">{heading}</p>
          <ul className="mono grid grid-cols-1 gap-x-4 gap-y-1 min-[360px]:grid-cols-2">
            {codes.map((code) => (
              <li key={code} className="select-all whitespace-nowrap">
                {code}
              </li>
            ))}
          </ul>
        </div>
        <div className="mt-3 flex flex-wrap gap-2">
          <CopyButton value={codes.join("\n")} label="Copy" />
          <Button size="sm" onClick={() => saveFile("keyward-recovery-codes.txt", "text/plain", file)}>
            <Download aria-hidden />
            Download
          </Button>
          <Button size="sm" onClick={() => window.print()}>
            <Printer aria-hidden />
            Print
          </Button>
        </div>
        <DialogFooter>
          <Button variant="primary" onClick={onStored}>
            I have stored them
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
