// The exchanges of a card and a terminal in words, masked: command, the data objects in it, answer, status.
import { toHex } from '@chipswitch/bytes';
import { maskBytes } from '@chipswitch/cardholder-data';
import { findTagInfo, searchIn, sensitivityOf } from '@chipswitch/emv';
import type { ApduTrace } from '@chipswitch/terminal';
import { deepTlvMap, parseDol, parseTlv, tagHex } from '@chipswitch/tlv';
import { type Command, readCommand } from '../card/apdu.ts';
import { readCommandReport, readResponseReport } from '../decode/card.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';

/** One exchange, described. */
export interface DescribedExchange {
  readonly command: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
  readonly lines: () => readonly string[];
}

/** A data object that a list asked for and a command carries. */
interface CarriedObject {
  readonly tag: string;
  readonly name: string;
  readonly value: string;
}

const pdol = 0x9f38;
const cdol1 = 0x8c;
const cdol2 = 0x8d;
const ddol = 0x9f49;

/** Describes exchanges in order: the lists a card gives tell what later commands carry (Book 3 5.4). */
export class ApduLog {
  readonly #context: Context;
  readonly #lists = new Map<number, Uint8Array>();
  #cryptograms = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Describes the next exchange. */
  describe({ command: sent, response }: ApduTrace): DescribedExchange {
    const { paint } = this.#context;
    const command = readCommandReport(sent, this.#context);
    const objects = this.#objectsOf(sent);
    const commandData = {
      ...(command.ok ? command.data : {}),
      ...(objects.length === 0 ? {} : { objects }),
    };
    const commandLines = (): string[] => [
      ...(command.ok ? lead(paint('good', '→'), command.text()) : []),
      ...drawTree(
        objects.map(({ tag, name, value }) => ({
          label: `      ${paint('name', tag)}`,
          cells: [name, paint('value', value)],
        })),
      ),
    ];
    if (typeof response === 'string') {
      const fault = paint('bad', `${paint('warn', '←')} the card: ${response}`);
      return {
        command: commandData,
        response: { fault: response },
        lines: () => [...commandLines(), fault],
      };
    }
    const answer = readResponseReport(response, this.#context);
    this.#learn(response.subarray(0, -2));
    return {
      command: commandData,
      response: answer.ok ? answer.data : { sw: toHex(response, response.length - 2) },
      lines: () => [
        ...commandLines(),
        ...(answer.ok ? lead(paint('warn', '←'), answer.text()) : []),
      ],
    };
  }

  /** Keeps the lists that an answer holds. */
  #learn(data: Uint8Array): void {
    const map = deepTlvMap(parseTlv(data).nodes);
    for (const tag of [pdol, cdol1, cdol2, ddol]) {
      const list = map.get(tag);
      if (list !== undefined) this.#lists.set(tag, list.slice());
    }
  }

  /** The list by which a command's data was filled, and that data. */
  #filled(command: Command): { list: number; data: Uint8Array } | undefined {
    const { ins, data } = command;
    if (ins === 0xae) {
      this.#cryptograms++;
      return { list: this.#cryptograms === 1 ? cdol1 : cdol2, data };
    }
    if (ins === 0x88) return { list: ddol, data };
    // GET PROCESSING OPTIONS wraps its data in tag 83.
    if (ins !== 0xa8 || data[0] !== 0x83) return undefined;
    return { list: pdol, data: data.subarray(data[1] === 0x81 ? 3 : 2) };
  }

  #objectsOf(sent: Uint8Array): CarriedObject[] {
    const read = readCommand(sent);
    const filled = read.ok ? this.#filled(read.command) : undefined;
    const list = filled === undefined ? undefined : this.#lists.get(filled.list);
    const dol = list === undefined ? undefined : parseDol(list);
    if (filled === undefined || dol?.ok !== true || dol.dataLength !== filled.data.length)
      return [];
    let at = 0;
    return dol.entries.map(({ tag, length }) => {
      const value = filled.data.subarray(at, at + length);
      at += length;
      const info = findTagInfo(tag);
      const judgement = sensitivityOf(tag, length, info) ?? searchIn(info, length, true);
      const shown = this.#context.unsafe ? toHex(value) : maskBytes(judgement, value);
      return { tag: tagHex(tag), name: info?.name ?? 'Unknown', value: shown };
    });
  }
}

function lead(arrow: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? `${arrow} ${line}` : `  ${line}`));
}
