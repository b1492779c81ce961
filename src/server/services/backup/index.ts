export { createBackup } from "./create";
export type { BackupHeader, RowCounts, SavedSecrets } from "./internal/format";
export { noteRestore } from "./note-restore";
export { openBackup } from "./open";
