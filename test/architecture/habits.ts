import ts from "typescript";
import { importsOf, lineOf, nodesOf, type Sources } from "./source";

/** Every place that reads or sets an environment variable: file and the whole expression. */
export function environmentUses(sources: Sources): { file: string; use: string }[] {
  const uses: { file: string; use: string }[] = [];
  for (const [file, source] of sources) {
    for (const node of nodesOf(source)) {
      if (isEnvironment(node)) uses.push({ file, use: wholeUse(node).getText(source) });
    }
    for (const { specifier } of importsOf(source)) {
      if (/^(node:)?process$/.test(specifier)) uses.push({ file, use: `import of ${specifier}` });
    }
  }
  return uses;
}

function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = node.expression.getText();
    return node.name.text === "env" && (/(^|\.)process$/.test(owner) || owner === "import.meta");
  }
  if (ts.isElementAccessExpression(node)) return node.expression.getText() === "process";
  const takesApart = ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name);
  return takesApart && node.initializer?.getText() === "process";
}

/** `process.env.A ??= b` and not just `process.env`. */
function wholeUse(node: ts.Node): ts.Node {
  const { parent } = node;
  const belongs =
    (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
    (ts.isBinaryExpression(parent) && parent.left === node) ||
    ts.isSpreadAssignment(parent);
  return belongs ? wholeUse(parent) : node;
}

/**
 * Timeouts that nobody holds but a signal made of several: Node 20 collects them as garbage before their time, and what they
 * should end never ends. The timeout needs a name, or a timer that aborts a controller.
 */
export function lostTimeouts(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    [...nodesOf(source)]
      .filter((node) => ts.isCallExpression(node) && node.expression.getText(source) === "AbortSignal.any")
      .filter((node) => node.getText(source).includes("AbortSignal.timeout("))
      .map((node) => `${file}:${lineOf(source, node)}`),
  );
}

/** Files that hand other files' exports on. */
export function barrels(sources: Sources): string[] {
  return [...sources]
    .filter(([, source]) => importsOf(source).some(({ reExport }) => reExport))
    .map(([file]) => file);
}

/** Names that exist only where there is a web request, used in services: a verb serves planes that have none. */
export function webNamesInServices(sources: Sources): string[] {
  const found: string[] = [];
  for (const [file, source] of sources) {
    if (!file.startsWith("src/server/services/")) continue;
    for (const node of nodesOf(source)) {
      if (!ts.isIdentifier(node) || !/^(Request|Response|Headers|URLSearchParams|fetch)$/.test(node.text))
        continue;
      found.push(
        `${file}:${lineOf(source, node)} uses ${node.text}. Read it in the gateway (src/gateway, server/trpc) and hand the verb plain values.`,
      );
    }
  }
  return found;
}

/** The procedures of the console's routers as `noun.name`, with what each is built on. */
export function proceduresOf(sources: Sources): Map<string, string> {
  const procedures = new Map<string, string>();
  for (const [file, source] of sources) {
    const match = /^src\/server\/trpc\/routers\/([^/]+)\.ts$/.exec(file);
    if (!match?.[1]) continue;
    const noun = match[1].replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const route of [...nodesOf(source)].flatMap(routesOf)) {
      const name = route.name?.getText() ?? route.getText();
      procedures.set(`${noun}.${name}`, ts.isPropertyAssignment(route) ? rootOf(route.initializer) : "?");
    }
  }
  return procedures;
}

/** The members of `router({ … })`, where the node is that. */
function routesOf(node: ts.Node): readonly ts.ObjectLiteralElementLike[] {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "router") return [];
  const [routes] = node.arguments;
  return routes && ts.isObjectLiteralExpression(routes) ? routes.properties : [];
}

/** `adminProcedure` of `adminProcedure.input(a).query(b)`. */
function rootOf(expression: ts.Expression): string {
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)) {
    return rootOf(expression.expression);
  }
  return expression.getText();
}
