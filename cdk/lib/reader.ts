import { SETTINGS, type SettingName } from './settings';

/** Where settings come from, so that tests pass a plain object. */
export interface Source {
  /** Of `-c name=value` and cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Of the environment and `.env`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The names of those in `.env`, where every `MCP_…` is meant for this project. */
  readonly fileVariables?: readonly string[];
}

/** Reads settings and collects every value that cannot be used, instead of stopping at the first. */
export class Reader {
  readonly problems: string[] = [];

  constructor(private readonly source: Source) {}

  /** The value of a setting as text; empty counts as not set. */
  text(name: SettingName): string {
    return this.given(name)?.value ?? SETTINGS[name].fallback;
  }

  /** A value that `parse` understands, which answers `undefined` to what it does not accept. */
  parsed<T>(name: SettingName, parse: (text: string) => T | undefined): T | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const value = parse(text);
    if (value === undefined) this.refuse(name, `expected ${SETTINGS[name].accepts}, got \`${text}\``);
    return value;
  }

  /** A whole number from `least` to `most`. */
  number(name: SettingName, least: number, most: number): number {
    return this.parsed(name, (text) => wholeNumber(text, least, most)) ?? least;
  }

  /** A whole number of at least 1, or nothing for `none`. */
  optionalNumber(name: SettingName, most: number): number | undefined {
    return this.parsed(name, (text) => (text === 'none' ? 0 : wholeNumber(text, 1, most))) || undefined;
  }

  /** One of `choices`, in either case. */
  choice<T extends string>(name: SettingName, choices: readonly [T, ...T[]]): T {
    return (
      this.parsed(name, (text) => choices.find((choice) => choice.toLowerCase() === text.toLowerCase())) ?? choices[0]
    );
  }

  /** `true` or `false`; `otherwise` when it is not set. */
  flag(name: SettingName, otherwise = false): boolean {
    return this.text(name) === '' ? otherwise : this.choice(name, ['true', 'false']) === 'true';
  }

  /** Notes why the value of a setting cannot be used. */
  refuse(name: SettingName, reason: string): void {
    this.problems.push(`invalid \`${this.given(name)?.place ?? name}\`: ${reason}`);
  }

  private given(name: SettingName): { place: string; value: string } | undefined {
    const { variable } = SETTINGS[name];
    const context = this.source.context[name];
    const candidates = [
      { place: `-c ${name}`, value: context === undefined ? '' : String(context).trim() },
      { place: variable, value: this.source.variables[variable]?.trim() ?? '' },
    ];
    return candidates.find(({ value }) => value !== '');
  }
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
}
