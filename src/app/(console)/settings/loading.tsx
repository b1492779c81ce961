import { SettingsSkeleton } from "@/features/settings/settings-screen";

export default SettingsSkeleton;
