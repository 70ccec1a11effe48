// Issuer scripts: templates 71 and 72 of the authorization response (Book 3 section 10.10, Book 4 section 6.3.9).
import { concatBytes } from '@chipswitch/bytes';
import { type TlvNode, parseTlv } from '@chipswitch/tlv';
import { setTsi } from './bits.ts';
import { type Context, flag, note } from './context.ts';
import { type Asking, exchange } from './exchange.ts';
import { tag } from './tags.ts';

/** One script. */
export interface IssuerScript {
  readonly template: 0x71 | 0x72;
  /** 9F18, zeros when absent. */
  readonly identifier: Uint8Array;
  readonly commands: readonly Uint8Array[];
  /** False when the template cannot be read: then nothing of it is performed. */
  readonly readable: boolean;
}

/** All scripts of a response are at most this long (Book 4 section 12.2.4). */
const scriptBytesMax = 128;

function readScript(node: TlvNode): IssuerScript {
  const template = node.tag === tag.script71 ? 0x71 : 0x72;
  const children = node.children ?? [];
  const identifier = children.find((child) => child.tag === tag.scriptId)?.value;
  const commands = children
    .filter((child) => child.tag === tag.scriptCommand)
    .map((child) => child.value);
  const readable = identifier === undefined || identifier.length === 4;
  return {
    template,
    identifier: readable && identifier ? identifier : new Uint8Array(4),
    commands,
    readable,
  };
}

/**
 * Reads the scripts of a response, in order. Objects in a template other than 9F18 and 86 are
 * passed over. A template that is malformed inside becomes a script that fails as a whole.
 *
 * @example readScripts(fromHex('720B9F1804010203048602841E'))[0].identifier // 01020304
 */
export function readScripts(bytes: Uint8Array): IssuerScript[] {
  const outer = parseTlv(bytes, { depthMax: 0 });
  const scripts: IssuerScript[] = [];
  let total = 0;
  for (const node of outer.nodes) {
    if (node.tag !== tag.script71 && node.tag !== tag.script72) continue;
    total += node.endOffset - node.offset;
    const opened = parseTlv(node.encoded);
    const [inner] = opened.nodes;
    const script = readScript(inner);
    scripts.push({ ...script, readable: script.readable && opened.ok && total <= scriptBytesMax });
  }
  if (!outer.ok) {
    // What follows the last whole template is a script nobody can read.
    scripts.push({ template: 0x72, identifier: new Uint8Array(4), commands: [], readable: false });
  }
  return scripts;
}

/** Whether a command has a header, and as much data as its Lc says. */
function isCommand(command: Uint8Array): boolean {
  if (command.length < 4) return false;
  if (command.length <= 5) return true;
  const lc = command[4];
  return command.length === 5 + lc || command.length === 6 + lc;
}

/** One result of 9F5B: how it went, the number of the command that failed, the identifier. */
function scriptResult(
  outcome: 'not-performed' | 'failed' | 'successful',
  commandNumber: number,
  identifier: Uint8Array,
): Uint8Array {
  const code = { 'not-performed': 0, failed: 1, successful: 2 }[outcome];
  return concatBytes(Uint8Array.of((code << 4) | Math.min(commandNumber, 15)), identifier);
}

function* runScript(step: 'script-71' | 'script-72', script: IssuerScript): Asking<Uint8Array> {
  if (!script.readable) return scriptResult('failed', 0, script.identifier);
  let number = 0;
  for (const command of script.commands) {
    number++;
    if (!isCommand(command)) return scriptResult('failed', number, script.identifier);
    const answer = yield* exchange(step, command);
    // Warnings count as done: 62xx and 63xx.
    const sw1 = answer.ok ? answer.sw >> 8 : 0;
    const done = answer.ok && (answer.sw === 0x9000 || sw1 === 0x62 || sw1 === 0x63);
    if (!done) return scriptResult('failed', number, script.identifier);
  }
  return scriptResult('successful', 0, script.identifier);
}

/**
 * Runs the scripts of one template tag. A failing command ends its template, the next one still
 * runs; what happened goes into 9F5B and the TVR.
 */
export function* processScripts(
  context: Context,
  scripts: readonly IssuerScript[],
  template: 0x71 | 0x72,
): Asking<void> {
  const step = template === 0x71 ? 'script-71' : 'script-72';
  for (const script of scripts) {
    if (script.template !== template) continue;
    setTsi(context.tsi, 'script-processing');
    const result = yield* runScript(step, script);
    context.scriptResults.push(result);
    const failed = result[0] >> 4 !== 2;
    note(context, step, failed ? `failed at command ${result[0] & 15}` : 'done');
    if (failed) {
      flag(
        context,
        step,
        template === 0x71 ? 'script-failed-before-final-ac' : 'script-failed-after-final-ac',
      );
    }
  }
  if (context.scriptResults.length > 0) {
    context.data.set(tag.scriptResults, concatBytes(...context.scriptResults));
  }
}
