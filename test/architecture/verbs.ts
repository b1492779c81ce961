import ts from "typescript";
import { nodesOf, type Sources, targetOf } from "./source";

/** What a function of services does, itself or through functions of services that it calls. */
export interface VerbEffects {
  authorizes: boolean;
  writes: boolean;
  audits: boolean;
  /** The actions that it asks whether they are allowed, where they stand in the call. */
  asks: readonly string[];
}

/** What is asked of a verb: its effects, and whether it reads its input through a schema itself. */
export interface Verb extends VerbEffects {
  /** True as well for one without an input. */
  parses: boolean;
}

interface Routine {
  /** `file#name` of what it calls. */
  calls: string[];
  effects: VerbEffects;
  parses: boolean;
}

/** What the console asks of the gateway is called like a verb, so it is held to the same rules. */
const EXPLAIN = "src/gateway/explain.ts";
const SERVICES = /^src\/server\/services\/|^src\/gateway\/explain\.ts$/;
const PARSE = "src/server/core/validation.ts#parse";
const CONTRACTS = /^src\/contracts\//;
const AUTHORIZE = "src/server/core/authorize.ts#authorize";
/** What asks whether an action is allowed. */
const ASKING = new Set([AUTHORIZE, "src/server/services/calling-key/read.ts#requireCallingKey"]);
const RECORD_AUDIT = "src/server/services/audit/record.ts#recordAudit";
/** What changes rows, called on a connection or a transaction. */
const WRITING = new Set(["insert", "update", "delete"]);
const CONNECTION = /(^|\.)(tx|db|owner)$/;
const WRITING_SQL = /^\s*(with\b[\s\S]*\b)?(insert|update|delete|truncate|merge)\b/i;

/** The verbs that nouns offer (what their index exports), as `noun.name`, with what they do. */
export function verbsOf(sources: Sources): Map<string, Verb> {
  const routines = routinesOf(sources);
  const verbs = new Map<string, Verb>();
  const verbOf = (id: string) => ({
    ...effectsOf(id, routines),
    parses: routines.get(id)?.parses ?? false,
  });
  for (const id of routines.keys()) {
    const [file, name = ""] = id.split("#");
    if (file === EXPLAIN && isExported(sources.get(file), name)) {
      verbs.set(`gateway.${name}`, verbOf(id));
    }
  }
  for (const [file, source] of sources) {
    const noun = /^src\/server\/services\/([^/]+)\/index\.ts$/.exec(file)?.[1];
    if (!noun) continue;
    for (const { name, target } of reExportsOf(file, source, sources)) {
      const id = `${target}#${name}`;
      if (routines.has(id)) verbs.set(`${noun}.${name}`, verbOf(id));
    }
  }
  return verbs;
}

/** The verbs that files of a folder import, as `noun.name`, each once. */
export function verbsImported(sources: Sources, folder: string): string[] {
  const found = [...sources]
    .filter(([file]) => file.startsWith(folder))
    .flatMap(([file, source]) => [...namesOf(file, source, sources).values()])
    .flatMap((id) => {
      const [, noun, name] = /^src\/server\/services\/([^/]+)\/.*#(.+)$/.exec(id) ?? [];
      return noun && name ? [`${noun}.${name}`] : [];
    });
  return [...new Set(found)].sort();
}

function isExported(source: ts.SourceFile | undefined, name: string): boolean {
  return (source?.statements ?? []).some(
    (statement) =>
      ts.isFunctionDeclaration(statement) &&
      statement.name?.text === name &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  );
}

function effectsOf(
  id: string,
  routines: ReadonlyMap<string, Routine>,
  seen = new Set<string>(),
): VerbEffects {
  const effects: VerbEffects = {
    authorizes: id === AUTHORIZE,
    writes: false,
    audits: id === RECORD_AUDIT,
    asks: [],
  };
  const routine = routines.get(id);
  // The audit's own insert is not the change that it stands for.
  if (!routine || id === RECORD_AUDIT || seen.has(id)) return effects;
  seen.add(id);
  return [routine.effects, ...routine.calls.map((called) => effectsOf(called, routines, seen))].reduce(
    (all, some) => ({
      authorizes: all.authorizes || some.authorizes,
      writes: all.writes || some.writes,
      audits: all.audits || some.audits,
      asks: [...new Set([...all.asks, ...some.asks])],
    }),
    effects,
  );
}

function routinesOf(sources: Sources): Map<string, Routine> {
  const routines = new Map<string, Routine>();
  for (const [file, source] of sources) {
    if (!SERVICES.test(file)) continue;
    const names = namesOf(file, source, sources);
    for (const statement of source.statements) {
      const name = routineName(statement);
      if (name) routines.set(`${file}#${name}`, routineOf(statement, names));
    }
  }
  return routines;
}

function routineName(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return statement.name?.text;
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration] = statement.declarationList.declarations;
  const value = declaration?.initializer;
  const isFunction = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  return isFunction && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
}

/** What each name of a file stands for, as `file#name` of its definition. */
function namesOf(file: string, source: ts.SourceFile, sources: Sources): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of source.statements) {
    const name = routineName(statement);
    if (name) names.set(name, `${file}#${name}`);
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const target = targetOf(file, statement.moduleSpecifier.text, sources);
    const bindings = statement.importClause?.namedBindings;
    if (!("file" in target) || !bindings || !ts.isNamedImports(bindings)) continue;
    for (const { name: local, propertyName } of bindings.elements) {
      names.set(local.text, definitionOf(target.file, (propertyName ?? local).text, sources));
    }
  }
  return names;
}

/** Follows a noun's index to the file that defines the name. */
function definitionOf(file: string, name: string, sources: Sources): string {
  const source = sources.get(file);
  const found = source && reExportsOf(file, source, sources).find((candidate) => candidate.name === name);
  return found ? `${found.target}#${name}` : `${file}#${name}`;
}

function reExportsOf(file: string, source: ts.SourceFile, sources: Sources) {
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !statement.moduleSpecifier)
      return [];
    if (!ts.isNamedExports(statement.exportClause) || !ts.isStringLiteral(statement.moduleSpecifier))
      return [];
    const target = targetOf(file, statement.moduleSpecifier.text, sources);
    if (!("file" in target)) return [];
    const values = statement.exportClause.elements.filter((element) => !element.isTypeOnly);
    return statement.isTypeOnly ? [] : values.map(({ name }) => ({ name: name.text, target: target.file }));
  });
}

function routineOf(body: ts.Node, names: ReadonlyMap<string, string>): Routine {
  const calls: string[] = [];
  const asks: string[] = [];
  let writes = false;
  for (const node of nodesOf(body)) {
    // Handed on counts as called: `withSavepoint(ctx, change)`.
    if (ts.isIdentifier(node)) calls.push(...[names.get(node.text) ?? []].flat());
    if (ts.isCallExpression(node) && ASKING.has(names.get(node.expression.getText()) ?? "")) {
      asks.push(...node.arguments.filter(ts.isStringLiteral).map(({ text }) => text));
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      writes ||= WRITING.has(name.text) && CONNECTION.test(expression.getText());
    }
    if (ts.isTaggedTemplateExpression(node)) writes ||= WRITING_SQL.test(node.template.getText().slice(1));
  }
  const effects = { authorizes: false, writes, audits: false, asks };
  return { calls, effects, parses: parsesInput(body, names) };
}

/**
 * Whether a function reads its input, the second of its parameters, through a schema of the contracts and in no other way:
 * each mention of it stands within what `parse` is given.
 */
function parsesInput(routine: ts.Node, names: ReadonlyMap<string, string>): boolean {
  const made = ts.isVariableStatement(routine)
    ? routine.declarationList.declarations[0]?.initializer
    : routine;
  if (!made || !(ts.isFunctionDeclaration(made) || ts.isArrowFunction(made))) return true;
  const { body, parameters } = made;
  const [, input] = parameters;
  if (!input || !body) return true;
  // Taken apart in the signature it is in use before anything could read it.
  if (!ts.isIdentifier(input.name)) return false;
  const { text } = input.name;
  const uses = [...nodesOf(body)].filter(
    (node) => ts.isIdentifier(node) && node.text === text && !isMemberName(node),
  );
  return uses.length > 0 && uses.every((use) => isParsed(use, names));
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

function isParsed(use: ts.Node, names: ReadonlyMap<string, string>): boolean {
  for (let node = use; node.parent; node = node.parent) {
    const { parent } = node;
    if (!ts.isCallExpression(parent) || parent.arguments[1] !== node) continue;
    const [schema] = parent.arguments;
    if (names.get(parent.expression.getText()) === PARSE && schema) {
      return CONTRACTS.test(names.get(nameAtRoot(schema)) ?? "");
    }
  }
  return false;
}

/** `JOB_INPUTS` of `JOB_INPUTS["licenses.generate"]`. */
function nameAtRoot(expression: ts.Expression): string {
  if (ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression)) {
    return nameAtRoot(expression.expression);
  }
  return expression.getText();
}
