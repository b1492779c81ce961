import type { Environment } from "@/contracts/environments";
import type { JobType } from "@/contracts/job-types";
import type { Permission } from "@/contracts/permissions";
import type { JobInput } from "@/contracts/schemas/job-types";
import type { Cell } from "@/server/core/csv";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "@/server/services/context";

/** Rows of one chunk: large enough for multi-row statements to pay, small enough for a cancel to take effect at once. */
export const CHUNK_ROWS = 500;

/** Where a job stands between two chunks. */
export interface Progress {
  done: number;
  /** Where in a list it is (a cursor); null: at its start. */
  position: string | null;
}

/** A line of a result, by its columns; of other members nothing is kept. */
export type ResultRow = Readonly<Record<string, Cell | object>>;

/** What one chunk did. */
export interface Chunk extends Progress {
  /** Lines of the result. */
  rows: readonly ResultRow[];
  finished: boolean;
  /** Rows of it that could not be done. Default: none. */
  failed?: number;
  /** Permissions beyond the type's own whose content the rows hold; whoever reads the result needs them too. Default: none. */
  shows?: readonly Permission[];
}

/** The context of a chunk: the principal that started the job, and the transaction in which the progress commits too. */
export type ChunkContext = ServiceContext & { tx: Transaction };

/** One type of job. */
export interface JobDefinition<Type extends JobType> {
  /**
   * Does the next chunk on the context's transaction. Keeps nothing between chunks: another process may do the next one.
   * Everything goes through verbs, which authorize: a job can do what its key can, and nothing else.
   */
  runChunk(
    ctx: ChunkContext,
    job: { input: JobInput<Type>; environment: Environment } & Progress,
  ): Promise<Chunk>;
}
