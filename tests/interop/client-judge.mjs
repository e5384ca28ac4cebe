// Whether our client did what it should with a foreign server, and which failures were expected.
import { difference } from './judge.mjs';

// What no message to a user holds: Rust's way to print a value, and its panics.
const RUST = /\b(?:Some|None|Ok|Err)\(|\b[a-z_]+::[A-Za-z_]+|thread '.*' (?:\(\d+\) )?panicked/;

/** Why the outcome `{exit, stdout, stderr, sent, saved}` of a step is not the expected one, or undefined. */
export function fault(step, outcome) {
  const wrong = [
    unequal('exit code', step.exit ?? 0, outcome.exit),
    step.json && differing(step.json, outcome.stdout),
    lacking('standard output', [step.stdout], outcome.stdout),
    lacking('standard error', step.stderr, outcome.stderr),
    lacking('what was sent', [step.sent], outcome.sent),
    step.saved && unsaved(step.saved, outcome.saved),
    RUST.test(outcome.stderr) ? `standard error shows Rust's types: ${first(outcome.stderr)}` : undefined,
  ].find(Boolean);
  return wrong && [wrong, first(outcome.stderr)].filter(Boolean).join('; ');
}

/**
 * Marks the failed cells of `{id, mode, cells}` rows that an entry `{servers, modes?, steps, instead, reason}` expects
 * and whose outcome is the one of `instead`, which is written like a step. Returns what is wrong with the entries: a step
 * that did not fail, a server or step that there is not.
 */
export function settle(rows, entries) {
  return entries.flatMap(({ servers, modes, steps, instead, reason }) =>
    servers.flatMap((server) => {
      const meant = rows.filter(({ id, mode }) => id === server && (modes?.includes(mode) ?? true));
      const cells = meant.flatMap(({ mode, cells }) => cells.map((cell) => ({ mode, cell })));
      return steps.flatMap((step) => {
        const tried = cells.filter(({ cell }) => cell.step === step && !cell.notAsked);
        const failed = tried.filter(({ cell }) => cell.failure !== undefined);
        for (const { cell } of failed) {
          const wrong = fault(instead, cell.outcome);
          if (wrong === undefined) cell.expected = reason;
          else cell.failure = `expected to fail in another way: ${wrong}`;
        }
        if (tried.length === 0) return `${server}: ${step}: expected to fail, but never tried`;
        const passed = tried.filter((each) => !failed.includes(each)).map(({ mode }) => mode);
        return passed.length > 0 ? `${server} ${passed.join(', ')}: ${step}: expected to fail, but passed` : [];
      });
    }),
  );
}

function differing(expected, text) {
  try {
    return difference(expected, JSON.parse(text));
  } catch {
    return `standard output is no JSON: ${first(text)}`;
  }
}

function unequal(what, expected, actual) {
  return expected === actual ? undefined : `${what}: expected ${expected}, got ${actual}`;
}

function lacking(where, wanted = [], text) {
  const missing = wanted
    .filter((part) => part !== undefined)
    .find((part) => !(part instanceof RegExp ? part.test(text) : text.includes(part)));
  return missing && `${where} lacks ${missing}${where === 'standard output' ? `: ${first(text)}` : ''}`;
}

function unsaved(wanted, files) {
  const fits = (content) => (wanted instanceof RegExp ? wanted.test(content) : wanted === content);
  return files.length === 1 && fits(files[0]) ? undefined : `saved ${files.length} files, not the one that was sent`;
}

/** The beginning of a text, on one line. */
function first(text) {
  const line = text.trim().replace(/\s*\n\s*/g, ' ⏎ ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
