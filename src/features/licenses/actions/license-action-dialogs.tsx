"use client";

import { EditLicenseDialog } from "../form/edit-license-dialog";
import type { AskedLicenseAction } from "../license-abilities";
import { DeleteLicenseDialog } from "./delete-license-dialog";
import { LicenseStepDialog } from "./license-step-dialog";

interface LicenseActionDialogsProps {
  asked: AskedLicenseAction | null;
  onClose: () => void;
  /** After a deletion, before anything asks the server for the licence again. */
  onDeleted: () => void;
}

/** The dialog of the action that was asked for. It stands outside of the header, which may change meanwhile. */
export function LicenseActionDialogs({ asked, onClose, onDeleted }: LicenseActionDialogsProps) {
  if (!asked) return null;
  const { action, license } = asked;
  if (action === "edit") return <EditLicenseDialog value={license} onClose={onClose} />;
  if (action === "delete") {
    return <DeleteLicenseDialog value={license} onClose={onClose} onDeleted={onDeleted} />;
  }
  return <LicenseStepDialog value={license} step={action} onClose={onClose} />;
}
