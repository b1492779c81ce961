import pino from "pino";
import { loggedFault } from "./safe-errors";

export type Logger = pino.Logger;

/**
 * Structured log on standard output, one JSON object a line.
 * The redaction is a second line of defence: nothing should pass a header or a secret to the log in the first place.
 */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      // Names, as other programs read them; pino's own are numbers.
      formatters: { level: (level) => ({ level }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: loggedFault },
      redact: {
        paths: [
          "authorization",
          "cookie",
          "password",
          "secret",
          "*.authorization",
          "*.cookie",
          "*.password",
          "*.secret",
        ],
        censor: "[redacted]",
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
