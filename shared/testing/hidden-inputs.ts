/**
 * Finds what code would take in that nobody gave it: clock, chance, timers, network, files, environment, the machine's
 * language and time zone, and what a module remembers. Code without any does the same for the same arguments, wherever
 * and however often it runs.
 */
import { isBuiltin } from 'node:module';
import { parseSync } from '@swc/core';
import { callee, isName, memberOf, NOWHERE, type Node, rootOf, TOP, walk } from './syntax.ts';

/** Names that every module sees and that lead outside, or to what the process remembers. */
const FORBIDDEN = new Set(
  `process performance queueMicrotask setTimeout setInterval setImmediate fetch WebSocket EventSource XMLHttpRequest
  crypto Intl Temporal WeakRef FinalizationRegistry Atomics SharedArrayBuffer BroadcastChannel MessageChannel Worker
  AbortSignal navigator console globalThis global require module exports __dirname __filename eval Function`.split(
    /\s+/,
  ),
);

/** Of these only some parts are the same everywhere. */
const PURE_MEMBERS: Readonly<Record<string, RegExp>> = { Math: /^(?!random$)/, Date: /^(?:UTC|parse)$/ };

/** They ask for the machine's language or time zone, or hand out memory as somebody left it. */
const FORBIDDEN_MEMBER =
  /^(?:localeCompare|toLocale\w+|toDateString|toTimeString|getTimezoneOffset|[gs]et(?:Year|FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)|allocUnsafe\w*)$/;

/** What of Node's own modules only computes. */
const PURE_MODULES: Readonly<Record<string, RegExp>> = {
  buffer: /^(?:Buffer|isUtf8)$/,
  crypto: /^(?:hash|createH(?:ash|mac))$/,
  string_decoder: /^StringDecoder$/,
  zlib: /^create(?:Gunzip|Gzip)$/,
};

const MUTATOR = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear)$/;

/** These begin at the text's start; `test` and `exec` of a global pattern go on where the call before them stopped. */
const STARTS_AFRESH = /^(?:replace|replaceAll|match|matchAll|split)$/;

const argumentsOf = (call: Node) => (call.arguments ?? []) as { spread: unknown; expression: Node }[];

const globalsOf = (node: Node, parent: Node): string[] => {
  if (!isName(node, NOWHERE)) return [];
  const member = parent.object === node ? memberOf(parent) : undefined;
  const whole = member === undefined ? node.value : `${node.value}.${member}`;
  const pure = PURE_MEMBERS[node.value];
  if (pure === undefined) return FORBIDDEN.has(node.value) ? [whole] : [];
  // Made of a moment, a date is the same everywhere; of nothing it is now, of parts it is in the machine's time zone.
  const [given, ...more] = parent.type === 'NewExpression' && parent.callee === node ? argumentsOf(parent) : [];
  if (node.value === 'Date' && given?.spread === null && more.length === 0) return [];
  return member !== undefined && pure.test(member) ? [] : [whole];
};

const membersOf = (node: Node): string[] => {
  const member = node.type === 'MemberExpression' ? memberOf(node) : undefined;
  return member !== undefined && FORBIDDEN_MEMBER.test(member) ? [`.${member}`] : [];
};

const importsOf = (node: Node): string[] => {
  if (node.type === 'Import') return ['import()'];
  if (node.type === 'MetaProperty') return [String(node.kind)];
  if (!/^(?:Import|ExportNamed|ExportAll)Declaration$/.test(node.type) || node.typeOnly === true) return [];
  const name = String((node.source as Node | null)?.value);
  if (!isBuiltin(name)) return [];
  const all = (node.specifiers ?? []) as Node[];
  const parts = all
    .filter(({ isTypeOnly }) => isTypeOnly !== true)
    .map(({ type, imported, local, orig }) =>
      /^(?:Import|Export)Specifier$/.test(type) ? String(((imported ?? orig ?? local) as Node).value) : '*',
    );
  const pure = PURE_MODULES[name.replace(/^node:/, '')];
  return (all.length === 0 ? ['*'] : parts).filter((part) => !pure?.test(part)).map((part) => `${name} ${part}`);
};

/** What one call leaves behind for the next: whatever is written to a name of the module after it was declared. */
const writesOf = (node: Node): string[] => {
  if (node.type === 'ClassProperty') return node.isStatic === true && node.readonly !== true ? ['static field'] : [];
  const written = node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' && node.argument;
  const root = rootOf(written);
  if (isName(root, TOP)) return [`${root.value} written`];
  const method = callee(node);
  const owner = method && rootOf(method.object);
  return isName(owner, TOP) && MUTATOR.test(memberOf(method) ?? '') ? [`${owner.value} written`] : [];
};

interface Variable {
  name: string;
  kind: string;
  /** Its initial value is a pattern with a `lastIndex`. */
  stateful: boolean;
  exported: boolean;
}

const isStateful = (init: Node | null): boolean => {
  if (init?.type === 'RegExpLiteral') return /[gy]/.test(String(init.flags));
  if (init === null || !isName(init.callee, NOWHERE) || init.callee.value !== 'RegExp') return false;
  const flags = argumentsOf(init)[1]?.expression;
  return flags !== undefined && !/^[imsuvd]*$/.test(String(flags.value));
};

const variablesOf = (body: readonly Node[]): Variable[] =>
  body.flatMap((item) => {
    const exported = item.type === 'ExportDeclaration';
    const { type, kind, declare, declarations } = (exported ? item.declaration : item) as Node;
    if (type !== 'VariableDeclaration' || declare === true) return [];
    return (declarations as { id: Node; init: Node | null }[]).map(({ id, init }) => ({
      name: String(id.value ?? id.type),
      kind: String(kind),
      stateful: isStateful(init),
      exported,
    }));
  });

/** Everything of that sort, as it stands in the code; nothing for code that has only what it is given. */
export const hiddenInputs = (code: string): string[] => {
  const body = parseSync(code, { syntax: 'typescript', target: 'es2024' }).body as unknown as Node[];
  const variables = variablesOf(body);
  const stateful = new Set(variables.filter((variable) => variable.stateful).map(({ name }) => name));
  const goesOn = (node: Node, parent: Node): string[] => {
    if (!isName(node, TOP) || !stateful.has(node.value) || parent.type === 'VariableDeclarator') return [];
    return STARTS_AFRESH.test(memberOf(callee(parent)) ?? '') ? [] : [`lastIndex of ${node.value}`];
  };
  return [
    ...variables.filter(({ kind }) => kind !== 'const').map(({ kind, name }) => `${kind} ${name}`),
    ...variables.filter((one) => one.stateful && one.exported).map(({ name }) => `lastIndex of ${name}`),
    ...[...walk(body)].flatMap(([node, parent]) => [
      ...globalsOf(node, parent),
      ...membersOf(node),
      ...importsOf(node),
      ...writesOf(node),
      ...goesOn(node, parent),
    ]),
  ];
};
