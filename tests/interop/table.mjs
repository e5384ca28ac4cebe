// How the outcome is shown: the matrix, the reason of every failure below it, and the totals on the last line.

/** The failure of a step that a client did not come to. */
export const NOT_REACHED = 'not reached';

/** The clients against our server. */
export function print(rows) {
  printTable([
    ['', ...rows[0].cells.map(({ step }) => step)],
    ...rows.map(({ name, cells }) => [name, ...cells.map(mark)]),
  ]);
  const failed = printFailures(rows);
  console.log(`\n${rows.flatMap(({ cells }) => cells).length - failed} passed, ${failed} failed`);
}

/** Our client against servers; `unsettled` says what is wrong with the list of expected failures. Whether all is well. */
export function printMatrix(columns, rows, unsettled) {
  const numbered = columns.map((column, index) => `${index + 1} ${column}`);
  console.log(`${numbered.join(', ')}\n`);
  printTable([
    ['', '', ...columns.map((_, index) => `${index + 1}`)],
    ...rows.map(({ name, mode, cells }, index) => [
      rows[index - 1]?.name === name ? '' : name,
      mode,
      ...cells.map(mark),
    ]),
  ]);
  console.log(
    '\n✓ as it should be  ~ failed as expected  – not asked: the server does not have this era or feature  ✗ failed',
  );

  const cells = rows.flatMap((row) => row.cells.map((cell) => ({ ...row, ...cell })));
  const expected = Map.groupBy(
    cells.filter((cell) => cell.expected !== undefined),
    (cell) => cell.expected,
  );
  for (const [reason, group] of expected) {
    console.log(`\n~ ${reason.trim()}`);
    for (const [place, alike] of Map.groupBy(group, ({ name, step }) => `${name}: ${step}`))
      console.log(`  ${place} (${alike.map(({ mode }) => mode).join(', ')})`);
  }
  const failed = printFailures(
    rows.map(({ name, mode, cells }) => ({ name: `${name} ${mode}`, cells: cells.filter((cell) => !cell.expected) })),
  );
  for (const line of unsettled) console.log(`\n✗ ${line}`);

  const asked = cells.filter(({ notAsked }) => !notAsked).length;
  const foreseen = cells.filter((cell) => cell.expected !== undefined).length;
  const bad = failed + unsettled.length;
  console.log(`\n${asked - failed - foreseen} passed, ${bad} failed, ${foreseen} failed as expected`);
  return bad === 0;
}

function printTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((text, column) => text.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}

/** The reasons, row by row. Returns how many there are. */
function printFailures(rows) {
  const failing = rows.map(({ name, cells }) => ({
    name,
    failures: cells.filter(({ failure }) => failure !== undefined),
  }));
  for (const { name, failures } of failing.filter(({ failures }) => failures.length > 0)) {
    console.log(`\n✗ ${name}`);
    for (const line of reasons(failures)) console.log(line.replace(/^/gm, '  '));
  }
  return failing.flatMap(({ failures }) => failures).length;
}

/** A line for each failure; one line for all the steps that an earlier failure kept the client from. */
function reasons(failures) {
  const missed = failures.filter(({ failure }) => failure === NOT_REACHED);
  const lines = failures
    .filter(({ failure }) => failure !== NOT_REACHED)
    .map(({ step, failure }) => `${step}: ${failure}`);
  return missed.length > 0 ? [...lines, `${NOT_REACHED}: ${missed.map(({ step }) => step).join(', ')}`] : lines;
}

function mark({ failure, expected, notAsked, note }) {
  if (notAsked) return '–';
  if (expected !== undefined) return '~';
  return [failure === undefined ? '✓' : '✗', note].filter(Boolean).join(' ');
}
