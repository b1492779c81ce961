import { statfs } from "node:fs/promises";

/** Of the disk that a path lies on, in bytes; free is what those who are not root may still write. */
export async function diskSpaceOf(path: string): Promise<{ size: number; free: number }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { size: blocks * bsize, free: bavail * bsize };
}
