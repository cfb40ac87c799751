/** A table of cells that are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');

/** A text as the cell of a table: on one line, with what would end the cell or open a tag escaped. */
export const cell = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .split('`')
    .map((part, at) => (at % 2 ? part : part.replace(/[<*_]/g, '\\$&')))
    .join('`')
    .replaceAll('|', '\\|');
