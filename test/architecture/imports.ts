import { ROOMS, type Room } from "./rooms";
import { importsOf, type Sources, targetOf } from "./source";

export function roomOf(file: string): Room | undefined {
  return ROOMS.find((room) => room.files.test(file));
}

/** Every import that the table does not allow, with what to do about it. */
export function forbiddenImports(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [file, source] of sources) {
    const room = roomOf(file);
    if (!room) {
      problems.push(
        `${file} is in no room. Put it into one, or add the room to architecture.md and to test/architecture/rooms.ts.`,
      );
      continue;
    }
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      const target = targetOf(file, specifier, sources);
      const complaint =
        "package" in target
          ? packageComplaint(room, target.package)
          : fileComplaint(room, file, target.file, typeOnly);
      const schemas = typeOnly ? null : schemaComplaint(file, target);
      for (const said of [complaint, schemas].filter((words) => words !== null)) {
        problems.push(`${file}:${line} (${room.name}) imports ${specifier}${said}`);
      }
    }
  }
  return problems;
}

function packageComplaint(room: Room, name: string): string | null {
  const { packages } = room;
  if (!packages) return null;
  const refused = "only" in packages ? !packages.only.includes(name) : packages.never.includes(name);
  return refused ? `, a package that is not for this room. ${room.advice}` : null;
}

function fileComplaint(room: Room, file: string, target: string, typeOnly: boolean): string | null {
  // What the version is, everybody may know.
  if (target.endsWith(".css") || target === "package.json") return null;
  const other = roomOf(target);
  if (!other) return ", which is in no room.";
  if (room !== other && !room.may.includes(other.name)) {
    return ` of ${other.name}. It may import ${room.may.join(", ") || "no other room"}. ${room.advice}`;
  }
  if (room.name === "trpc client" && other.name === "server/trpc" && !typeOnly) {
    return " as a value, which would bring the server into the browser: say import type.";
  }
  return nounComplaint(file, target);
}

const SCHEMAS = "src/contracts/schemas/";

/** The first load of a page has the vocabulary and not the library of schemas, which comes when a form is opened. */
function schemaComplaint(file: string, target: ReturnType<typeof targetOf>): string | null {
  if (!file.startsWith("src/contracts/") || file.startsWith(SCHEMAS)) return null;
  const isSchema = "package" in target ? target.package === "zod" : target.file.startsWith(SCHEMAS);
  return isSchema ? ` as a value. What needs a schema, or makes one, belongs in ${SCHEMAS}.` : null;
}

/** Nouns keep to themselves: features never meet, and a service shows the others its index and nothing more. */
function nounComplaint(file: string, target: string): string | null {
  const own = nounOf(file);
  const foreign = nounOf(target);
  if (!foreign || (own?.room === foreign.room && own.noun === foreign.noun)) return null;
  if (foreign.room === "features" && own) return `, another feature. ${roomOf(file)?.advice}`;
  if (foreign.room === "server/services" && target !== `src/server/services/${foreign.noun}/index.ts`) {
    return `, which is inside of services/${foreign.noun}. From outside, import its index; export there what others need.`;
  }
  return null;
}

function nounOf(file: string): { room: string; noun: string } | null {
  const match = /^src\/(features|server\/services)\/([^/]+)\//.exec(file);
  return match?.[1] && match[2] ? { room: match[1], noun: match[2] } : null;
}

/** Circles among modules that load one another when the program runs. Types do not load anything. */
export function moduleCircles(sources: Sources): string[] {
  const graph = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const loaded = importsOf(source).filter((imported) => !imported.typeOnly);
    const targets = loaded.map((imported) => targetOf(file, imported.specifier, sources));
    graph.set(
      file,
      targets.flatMap((target) => ("file" in target ? [target.file] : [])),
    );
  }
  return circles(graph);
}

/** Circles among the nouns of services; here types count, for they tie two nouns together as well. */
export function nounCircles(sources: Sources): string[] {
  const graph = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const own = nounOf(file);
    if (own?.room !== "server/services") continue;
    const foreign = importsOf(source).flatMap(({ specifier }) => {
      const target = targetOf(file, specifier, sources);
      const noun = "file" in target ? nounOf(target.file) : null;
      return noun && noun.noun !== own.noun ? [noun.noun] : [];
    });
    graph.set(own.noun, [...(graph.get(own.noun) ?? []), ...foreign]);
  }
  return circles(graph);
}

function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const start = trail.indexOf(node);
    if (start >= 0) found.push([...trail.slice(start), node].join(" -> "));
    if (start >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}
