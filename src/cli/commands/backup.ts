import { grouped } from "@/contracts/numbers";
import { createBackupSchema } from "@/contracts/schemas/backup";
import { parse } from "@/server/core/validation";
import type { Restored } from "@/server/runtime/restore";
import type { BackupHeader, RowCounts } from "@/server/services/backup";
import { PIPE, readBytes, refuseToOverwrite, saveFile, writeOut } from "../backup-file";
import {
  type AnyCommand,
  type BareCommand,
  type Command,
  type CommandInput,
  type Installation,
  UsageError,
} from "../command";
import { readPassphrase } from "../passphrase";

const text = (option: CommandInput["options"][string]) => (typeof option === "string" ? option : undefined);

function total(rows: RowCounts): string {
  const tables = Object.values(rows);
  const count = tables.reduce((sum, some) => sum + some, 0);
  return `${grouped(count)} rows of ${tables.length} tables`;
}

function sized(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The secret of sessions, where it is one that the next process will have too. */
function sessionSecretOf({ env, sessionSecret }: Installation): string | null {
  return env.DATABASE_URL && !env.NEXTAUTH_SECRET ? null : sessionSecret;
}

const backup: Command = {
  noun: "backup",
  summary: "back up the installation, while it serves",
  example: "backup /backups/keyward.age --include-secrets --passphrase-file /etc/keyward/passphrase",
  words: ["<file>"],
  options: {
    "include-secrets": { about: "the pepper too, without which no key works" },
    "passphrase-file": { about: "file whose first line is the passphrase", value: "file" },
    "no-encryption": { about: "do not encrypt: whoever has the file reads all of it" },
    force: { about: "replace the file if it is there" },
  },
  prepare({ words: [file = ""], options }) {
    const [withSecrets, force] = [options.includeSecrets === true, options.force === true];
    const plain = options.encryption === false;
    if (plain && withSecrets) {
      throw new UsageError("--include-secrets needs encryption: whoever finds the file could use every key.");
    }
    if (plain && options.passphraseFile) throw new UsageError("--no-encryption takes no passphrase.");
    if (file === PIPE && process.stdout.isTTY)
      throw new UsageError("A backup is nothing for a terminal: redirect it.");
    refuseToOverwrite(file, force);
    return async (ctx, installation) => {
      const { createBackup } = await import("@/server/services/backup");
      const sources = {
        file: text(options.passphraseFile),
        setting: installation.env.KEYWARD_BACKUP_PASSPHRASE,
        twice: true,
      };
      const input = parse(createBackupSchema, {
        passphrase: plain ? null : await readPassphrase(sources),
        secrets: withSecrets ? { sessionSecret: sessionSecretOf(installation) } : null,
      });
      let bytes: number | null = null;
      const rows = await createBackup(ctx, input, async (parts) => {
        if (file === PIPE) await writeOut(parts);
        else bytes = await saveFile(file, parts, force);
      });
      const lines = [
        `Backed up ${total(rows)}${bytes === null ? "" : ` to ${file}, ${sized(bytes)}`}, ${plain ? "NOT encrypted: whoever has the file reads all of it" : "encrypted"}.`,
        withSecrets
          ? "The pepper is in it. The passphrase is not, and without it nothing of the backup can be read."
          : "The pepper is not in it, and without that no key works: keep KEY_PEPPER, or secrets.json, elsewhere.",
      ];
      const data = { file, bytes, rows, encrypted: !plain, secrets: withSecrets };
      return { text: lines.join("\n"), data, aside: file === PIPE };
    };
  },
};

function described({ createdAt, version, secrets }: BackupHeader, rows: RowCounts): string {
  return `${total(rows)}, as of ${createdAt}, by Keyward ${version}, ${secrets ? "with" : "without"} secrets`;
}

function restored({ header, rows, audit, disabledWebhooks }: Restored) {
  const { head, broken } = audit;
  return {
    text: [
      `Restored ${described(header, rows)}.`,
      broken
        ? `The audit is broken at row ${broken.position}, as it was when it was backed up. ${broken.detail}`
        : `The audit is unbroken: head ${head.position}:${head.hash}`,
      "Everybody has to sign in anew.",
      ...(disabledWebhooks > 0
        ? ["Webhook endpoints are disabled: enable them once this is the installation that is to send."]
        : []),
    ].join("\n"),
    data: { ...shown(header), rows, audit, disabledWebhooks },
    failed: broken !== null,
  };
}

/** Of a header, without its secrets. */
function shown({ createdAt, version, secrets }: BackupHeader) {
  return { createdAt, version, secrets: secrets !== null };
}

const restore: BareCommand = {
  noun: "restore",
  summary: "restore a backup into an empty installation",
  example: "restore /backups/keyward.age --passphrase-file /etc/keyward/passphrase",
  words: ["<file>"],
  options: {
    "passphrase-file": { about: "file whose first line is the passphrase", value: "file" },
    "secrets-to": {
      about: "write the backup's secrets to this file, as settings of a server",
      value: "file",
    },
    "any-pepper": { about: "restore keys that do not work with the pepper set here, too" },
    check: { about: "only read the backup, and say whether it is whole" },
  },
  opensItself: true,
  prepare({ words: [file = ""], options }) {
    return async (env) => {
      const [{ restoreInstallation }, { openBackup }, { createLogger }] = await Promise.all([
        import("@/server/runtime/restore"),
        import("@/server/services/backup"),
        import("@/server/core/logger"),
      ]);
      // Asked once, though a file is opened twice.
      let passphrase: Promise<string> | undefined;
      const askPassphrase = () => {
        const [given, setting] = [text(options.passphraseFile), env.KEYWARD_BACKUP_PASSPHRASE];
        passphrase ??= readPassphrase({ file: given, setting, twice: false });
        return passphrase;
      };
      if (options.check) {
        const { header, reader } = await openBackup(readBytes(file), askPassphrase);
        const rows = await reader.check(header);
        return { text: `The backup is whole: ${described(header, rows)}.`, data: { ...shown(header), rows } };
      }
      const source = { file: () => readBytes(file), isRepeatable: file !== PIPE };
      return restored(
        await restoreInstallation(env, createLogger("silent"), source, {
          askPassphrase,
          secretsTo: text(options.secretsTo),
          anyPepper: options.anyPepper === true,
        }),
      );
    };
  },
};

export const backupCommands: readonly AnyCommand[] = [backup, restore];
