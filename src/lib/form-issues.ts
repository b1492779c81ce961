import type { ErrorField } from "./errors";

/** Issues by the field of the form that shows them, and in words those that none shows; null where there are none. */
interface PlacedIssues {
  byField: [field: string, message: string][];
  rest: string | null;
}

/**
 * Puts each issue at the field it is about; of several about one field the first. What is about no field of the form is
 * left for below them: else the form would refuse in silence.
 * @param issues by their path in the input, as a schema and the server name them
 * @param fields names of the fields that the form shows, in their order
 * @param input what was checked: of what lies inside of a field, the text that is wrong is told
 */
export function placeIssues(
  issues: readonly ErrorField[],
  fields: readonly string[],
  input: unknown,
): PlacedIssues {
  const byField = new Map<string, string>();
  const rest: string[] = [];
  for (const { path, message } of issues) {
    const field = fieldOf(path, fields);
    if (field === undefined) rest.push(path === "" ? message : `${path}: ${message}`);
    else if (!byField.has(field)) byField.set(field, about(path, field, input) + message);
  }
  return { byField: [...byField], rest: rest.length > 0 ? rest.join(". ") : null };
}

/** The field that a path leads to or into; of a group without a field of its own, such as the limits, its first. */
function fieldOf(path: string, fields: readonly string[]): string | undefined {
  const isAt = (field: string) => path === field || path.startsWith(`${field}.`);
  return fields.find(isAt) ?? fields.find((field) => field.startsWith(`${path}.`));
}

/** Which part of a field an issue is about: "10.0.0.0/99: " among addresses, "plan.seats: " in metadata. */
function about(path: string, field: string, input: unknown): string {
  if (path.length <= field.length) return "";
  const value = path.split(".").reduce<unknown>((inner, key) => Object(inner)[key], input);
  return `${typeof value === "string" && value !== "" ? value : path.slice(field.length + 1)}: `;
}
