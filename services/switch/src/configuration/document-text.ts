// A configuration document as text: one thing on a line, so that a person reads it and two of them compare well.
import { type ConfigurationDocument, sections } from './configuration-rows.ts';

/** The text of a document; `version` is the one that it is, and that a change of it is based on. */
export function documentText(document: ConfigurationDocument, version: number): string {
  const lines = sections.map(({ name }) => {
    const rows = (document[name] ?? []).map((content) => `    ${JSON.stringify(content)}`);
    const list = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n  ]`;
    return `  ${JSON.stringify(name)}: ${list}`;
  });
  return `{\n  "version": ${version},\n${lines.join(',\n')}\n}\n`;
}
