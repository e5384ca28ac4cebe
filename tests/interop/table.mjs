// How the outcome is shown: the matrix, the reason of every failure below it, and the totals on the last line.

/** The failure of a step that a client did not come to. */
export const NOT_REACHED = 'not reached';

export function print(rows) {
  const lines = [
    ['', ...rows[0].cells.map(({ step }) => step)],
    ...rows.map(({ name, cells }) => [name, ...cells.map(mark)]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((text, column) => text.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );

  const failing = rows.map(({ name, cells }) => ({
    name,
    failures: cells.filter(({ failure }) => failure !== undefined),
  }));
  for (const { name, failures } of failing.filter(({ failures }) => failures.length > 0)) {
    console.log(`\n✗ ${name}`);
    for (const line of reasons(failures)) console.log(line.replace(/^/gm, '  '));
  }

  const failed = failing.flatMap(({ failures }) => failures).length;
  console.log(`\n${rows.flatMap(({ cells }) => cells).length - failed} passed, ${failed} failed`);
}

/** A line for each failure; one line for all the steps that an earlier failure kept the client from. */
function reasons(failures) {
  const missed = failures.filter(({ failure }) => failure === NOT_REACHED);
  const lines = failures
    .filter(({ failure }) => failure !== NOT_REACHED)
    .map(({ step, failure }) => `${step}: ${failure}`);
  return missed.length > 0 ? [...lines, `${NOT_REACHED}: ${missed.map(({ step }) => step).join(', ')}`] : lines;
}

function mark({ failure, note }) {
  return [failure === undefined ? '✓' : '✗', note].filter(Boolean).join(' ');
}
