/** The tree that the parser makes of code, read loosely: whoever looks for something asks for its parts by name. */
export interface Node {
  type: string;
  [part: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** The parser marks each name by where it is declared: nowhere in this file, at its top, or (above these) further in. */
export const NOWHERE = 1;
export const TOP = 2;
export const isName = (node: unknown, where: number): node is Node & { value: string } =>
  isNode(node) && node.type === 'Identifier' && node.ctxt === where;

/** Without the marks of `?.`, parentheses and types around it. */
const bare = (node: unknown): unknown => {
  if (!isNode(node)) return node;
  if (node.type === 'OptionalChainingExpression') return bare(node.base);
  return /^(?:ParenthesisExpression|Ts.*)$/.test(node.type) && isNode(node.expression) ? bare(node.expression) : node;
};

/** `b` of `a.b`, `a?.b` and `a['b']`; undefined when it is computed. */
export const memberOf = (node: unknown): string | undefined => {
  const inner = bare(node);
  if (!isNode(inner) || inner.type !== 'MemberExpression') return undefined;
  const property = inner.property as Node;
  const named = property.type === 'Computed' ? (property.expression as Node) : property;
  return typeof named.value === 'string' && (named !== property.expression || named.type === 'StringLiteral')
    ? named.value
    : undefined;
};

/** `a` of `a.b[c].d`; else what stands there. */
export const rootOf = (node: unknown): unknown => {
  const inner = bare(node);
  return isNode(inner) && inner.type === 'MemberExpression' ? rootOf(inner.object) : inner;
};

/** What a call calls. */
export const callee = (node: Node): Node | undefined =>
  node.type === 'CallExpression' ? (bare(node.callee) as Node) : undefined;

const TYPES = /^Ts(?!AsExpression|SatisfiesExpression|NonNullExpression|ConstAssertion|TypeAssertion|Instantiation)/;

/** Every node below with the one above it; types are no code. */
export function* walk(value: unknown, parent: Node = { type: 'Module' }): Generator<[Node, Node]> {
  if (typeof value !== 'object' || value === null || (isNode(value) && TYPES.test(value.type))) return;
  if (isNode(value)) yield [value, parent];
  const above = isNode(value) ? value : parent;
  for (const part of Object.values(value)) yield* walk(part, above);
}
