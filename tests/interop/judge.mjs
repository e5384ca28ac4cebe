/**
 * Where an answer differs from the expected pattern, or undefined when it does not. In a pattern an object names
 * the members that count, an array gives every element in order, `{"$matches": REGEX}` describes a string, and
 * anything else is equal or not.
 */
export function difference(expected, actual, at = '') {
  if (expected?.$matches !== undefined) {
    const found = typeof actual === 'string' && new RegExp(expected.$matches).test(actual);
    return found ? undefined : `${at || '/'}: expected a string like ${expected.$matches}, got ${show(actual)}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${at || '/'}: expected an array, got ${show(actual)}`;
    if (expected.length !== actual.length)
      return `${at || '/'}: expected ${expected.length} elements, got ${show(actual)}`;
  }
  if (typeof expected === 'object' && expected !== null) {
    return firstDefined(Object.entries(expected), ([key, value]) => difference(value, actual?.[key], `${at}/${key}`));
  }
  return expected === actual ? undefined : `${at || '/'}: expected ${show(expected)}, got ${show(actual)}`;
}

function firstDefined(values, f) {
  for (const value of values) {
    const found = f(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function show(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
