import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** Source files by their path below the repository, `/` between the parts. */
export type Sources = ReadonlyMap<string, ts.SourceFile>;

/** One `import`, re-export, `import()` or type import. */
export interface Import {
  specifier: string;
  line: number;
  /** Erased when compiled: `import type`, `export type … from`, `import("…").X`. Not `import { type X }`, which still loads the module. */
  typeOnly: boolean;
  /** `export … from`. */
  reExport: boolean;
  /** `import("…")`, which is loaded when it is run and not with the file. */
  dynamic: boolean;
}

/** Parses texts as if they were files of the repository. */
export function sourcesOf(files: Record<string, string>): Sources {
  return new Map(
    Object.entries(files).map(([file, text]) => [
      file,
      ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, scriptKind(file)),
    ]),
  );
}

function scriptKind(file: string): ts.ScriptKind {
  return file.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}

/** Everything written in TypeScript below a folder of the repository. */
export function readSources(folder: string): Sources {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`)
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
  return sourcesOf(
    Object.fromEntries(files.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")])),
  );
}

/** Every node of a file. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

const known = new WeakMap<ts.SourceFile, Import[]>();

/** What a file imports, in whatever way. */
export function importsOf(source: ts.SourceFile): Import[] {
  const imports = known.get(source) ?? [...nodesOf(source)].flatMap((node) => importAt(source, node));
  known.set(source, imports);
  return imports;
}

function importAt(source: ts.SourceFile, node: ts.Node): Import[] {
  const found = importOf(node);
  return found ? [{ ...found, line: lineOf(source, node) }] : [];
}

function importOf(node: ts.Node): Omit<Import, "line"> | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.isTypeOnly ?? false;
    return { specifier: node.moduleSpecifier.text, typeOnly, reExport: false, dynamic: false };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return {
      specifier: node.moduleSpecifier.text,
      typeOnly: node.isTypeOnly,
      reExport: true,
      dynamic: false,
    };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal)
      ? { specifier: literal.text, typeOnly: true, reExport: false, dynamic: false }
      : null;
  }
  if (ts.isCallExpression(node) && isLoader(node.expression)) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteralLike(argument)
      ? { specifier: argument.text, typeOnly: false, reExport: false, dynamic: true }
      : null;
  }
  return null;
}

function isLoader(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require")
  );
}

/** The file of ours that an import leads to, or the name of the package. */
export function targetOf(
  from: string,
  specifier: string,
  sources: Sources,
): { file: string } | { package: string } {
  const place = specifier.startsWith("@/")
    ? `src/${specifier.slice(2)}`
    : specifier.startsWith(".")
      ? path.posix.join(path.posix.dirname(from), specifier)
      : null;
  if (place === null) return { package: packageOf(specifier) };
  const candidates = [place, `${place}.ts`, `${place}.tsx`, `${place}/index.ts`, `${place}/index.tsx`];
  // A style sheet, or a file that is missing: then the compiler complains.
  return { file: candidates.find((candidate) => sources.has(candidate)) ?? place };
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
