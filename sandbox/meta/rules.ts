/** What a value given to the control has to be: a test, and the words for it. */
export type Rule = readonly [accepts: (value: unknown) => boolean, is: string];

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Rule = [isText, 'a text'];
export const flag: Rule = [isFlag, 'true or false'];
export const wholeNumber: Rule = [isCount, 'a whole number'];
export const milliseconds: Rule = [isCount, 'milliseconds'];
export const httpStatus: Rule = [(value) => isCount(value) && value >= 400 && value <= 599, 'a status of 400 to 599'];

export const oneOf = (...values: readonly unknown[]): Rule => [
  (value) => values.includes(value),
  values.length === 1 ? String(values[0]) : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
];

/** What the rule allows, or null: there is no limit. */
export const orNull = ([accepts, is]: Rule): Rule => [
  (value) => value === null || accepts(value),
  `${is}, or null for no limit`,
];
