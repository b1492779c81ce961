import { SettingsSkeleton } from "@/features/settings/settings-skeleton";

/** Shown at once, while the server draws the page. */
export default function Loading() {
  return <SettingsSkeleton />;
}
