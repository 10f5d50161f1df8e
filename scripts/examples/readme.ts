/** The page in `examples/` that says what each file shows. */
export const readme = (
  fileCodes: readonly string[],
  rowCodes: readonly string[],
  warnings: readonly string[],
): string => {
  const codes = (list: readonly string[]) => list.map((code) => `\`${code}\``).join(', ');
  return `# Examples

Made by \`scripts/examples.ts\`; run \`node scripts/examples.ts\` to make them again.

| file | what it shows |
| --- | --- |
| \`small-shop.csv\` | five products of a small shop, one on sale |
| \`thousand/1.csv\` … \`3.csv\` | 1,000 products in 1,200 rows: the files overlap by 100 products each, and the later file wins; six languages, quotes, commas and line breaks inside cells |
| \`bad-rows.csv\` | one bad row for every row code, and three good ones |
| \`broken/file-<code>.csv\` | a file that is refused; some are \`.csv.gz\` |
| \`broken/row-<code>.csv\` | a good row, a bad one in line 3, a good one |
| \`broken/warning-<code>.csv\` | a file that is used, with a warning |

Codes of files: ${codes(fileCodes)}.

Codes of rows: ${codes(rowCodes)}.

Warnings: ${codes(warnings)}.
`;
};
